"""A training run, on a model of two tiny blocks: what it learns, and how it survives."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from peft import PeftModel  # noqa: E402
from transformers import LlamaConfig, LlamaForCausalLM  # noqa: E402

from llm.base import ModelError  # noqa: E402
from llm.training.adapter import factors  # noqa: E402
from llm.training.examples import Example, batches  # noqa: E402
from llm.training.finetune import Recipe, finetune, padded  # noqa: E402

RECIPE = Recipe(rank=4, batch_tokens=128, threads=1, checkpoint_every=2, learning_rate=1e-2)


def tiny_model() -> LlamaForCausalLM:
    torch.manual_seed(1)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=64,
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            tie_word_embeddings=True,
            initializer_range=0.3,
        )
    )


def lessons(count: int = 60) -> list[Example]:
    """Whatever is asked, the answer is 3, 4, 5."""
    chance = random.Random(0)  # noqa: S311 (no secret depends on it)
    return [
        Example([chance.randrange(6, 64) for _ in range(chance.randint(4, 20))], [3, 4, 5])
        for _ in range(count)
    ]


def trained(folder: Path, recipe: Recipe = RECIPE) -> PeftModel:
    folder.mkdir(exist_ok=True)
    return finetune(tiny_model(), lessons(), lessons(8), recipe, folder)


def weights(model: PeftModel) -> npt.NDArray[Any]:
    return np.concatenate([each.ravel() for found in factors(model) for each in found[1:]])


def log(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_only_the_answers_count() -> None:
    ids, targets = padded([Example([7, 8, 9], [3, 4]), Example([7], [5])])
    assert ids.tolist() == [[7, 8, 9, 3, 4], [7, 5, 0, 0, 0]]
    assert targets.tolist() == [[-100, -100, 3, 4, -100], [5, -100, -100, -100, -100]]


def test_batches_hold_every_lesson_once_within_their_tokens() -> None:
    found = batches(lessons(), 64, "a seed")
    assert sorted(each for batch in found for each in batch) == sorted(lessons())
    assert all(len(batch) * max(each.length for each in batch) <= 64 for batch in found)
    assert found == batches(lessons(), 64, "a seed") != batches(lessons(), 64, "another")


def test_it_learns(tmp_path: Path) -> None:
    trained(tmp_path, Recipe(**{**vars(RECIPE), "epochs": 4}))
    first, *_, last = log(tmp_path)
    assert last["dev_loss"] < first["loss"] / 2


def test_the_learning_rate_rises_and_ends_at_nothing() -> None:
    rates = [RECIPE.learning_rate_at(step / 100) for step in range(101)]
    assert rates[0] < rates[3] < rates[5] == max(rates)
    assert rates[100] == 0


def test_a_run_ends_when_its_minutes_are_over(tmp_path: Path) -> None:
    trained(tmp_path, Recipe(**{**vars(RECIPE), "epochs": 1000, "minutes": 0.02}))
    last = log(tmp_path)[-1]
    assert last["minutes_left"] == 0
    assert last["step"] < last["of"]


def test_a_killed_run_goes_on_to_the_same_end(tmp_path: Path) -> None:
    whole = weights(trained(tmp_path / "whole"))
    killed = tmp_path / "killed"
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from llm.training import checkpoint as c\n"
        "from tests.train import test_finetune as t\n"
        "save = c.Checkpoint.save\n"
        "def dying(self, step, seconds):\n"
        "    save(self, step, seconds)\n"
        "    if step == 4: os.kill(os.getpid(), signal.SIGKILL)\n"
        "c.Checkpoint.save = dying\n"
        "t.trained(Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(killed)], env={**os.environ})
    assert done.returncode == -signal.SIGKILL
    resumed = weights(trained(killed))
    assert log(killed)[-1]["step"] == log(tmp_path / "whole")[-1]["step"]
    np.testing.assert_allclose(resumed, whole, atol=1e-3)


def test_a_run_does_not_go_on_with_other_settings(tmp_path: Path) -> None:
    trained(tmp_path)
    with pytest.raises(ModelError, match="begun with other settings"):
        trained(tmp_path, Recipe(**{**vars(RECIPE), "seed": 1}))


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"half a")
    with pytest.raises(ModelError, match=r"checkpoint\.pt cannot be read"):
        trained(tmp_path)
