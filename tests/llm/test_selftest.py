"""A first batch that kills its process: it kills a child, and what that showed is remembered."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from llm.backends import selftest
from llm.backends.gguf import packaged_model
from llm.backends.llamacpp import Feed, LlamaCpp
from llm.backends.local import LocalBackend
from llm.backends.selftest import Kernels, kernels_for, known_trouble
from llm.base import ModelError
from tests.llm.deadly import When, deadly

ROOT = Path(__file__).resolve().parents[2]
LOADS_A_MODEL = """
from pathlib import Path
from llm.backends.llamacpp import Feed, LlamaCpp

def test_a_batch():
    llama = LlamaCpp(Path({model!r}), 64, 16, 1)
    llama.compute([Feed(0, 0, [1, 2, 3], 1)])

def test_something_else():
    pass
"""
Dies = Callable[[When], None]


@pytest.fixture
def dies(monkeypatch: pytest.MonkeyPatch) -> Dies:
    """Makes the children to come die; this process was loaded before and is safe."""

    def set_environment(when: When) -> None:
        for name, value in deadly(when).items():
            monkeypatch.setenv(name, value)

    return set_environment


@pytest.fixture
def model(model_path: Path, tmp_path: Path) -> Path:
    """The model that ships, of which this machine knows nothing yet."""
    for made in (model_path, model_path.with_suffix(".json")):
        (tmp_path / made.name).symlink_to(made)
    return tmp_path / model_path.name


def test_where_the_fast_kernels_die_the_plain_ones_answer(model: Path, dies: Dies) -> None:
    dies("repacked")
    llama = LlamaCpp(model, cells=64, batch_tokens=16, threads=1)
    prompt = llama.tokenize("The capital of France is", markup=False)
    assert llama.piece(llama.compute([Feed(0, 0, prompt, 1)])[0][0]) == b" Paris"
    llama.close()
    assert kernels_for(model) is Kernels.PLAIN


def test_a_try_is_made_once_for_a_model_and_again_for_another(model: Path, dies: Dies) -> None:
    dies("repacked")
    assert kernels_for(model) is Kernels.PLAIN
    dies("always")
    assert kernels_for(model) is Kernels.PLAIN
    model.unlink()
    model.symlink_to(packaged_model())
    with pytest.raises(ModelError, match="SIGILL"):
        kernels_for(model)


def test_another_processor_or_library_is_tried_anew(
    model: Path, dies: Dies, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = selftest._fingerprint(model)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(selftest, "_processor", lambda: iter(["flags : fpu sse2"]))
        assert selftest._fingerprint(model) != known
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(selftest, "_libraries", lambda: [packaged_model()])
        assert selftest._fingerprint(model) != known
    assert selftest._fingerprint(model) == known


def test_where_none_survive_the_process_does_and_says_what_to_do(model: Path, dies: Dies) -> None:
    dies("always")
    backend = LocalBackend("local", models_dir=model.parent)
    with pytest.raises(
        ModelError, match=r"dies at its first batch \(SIGILL\).*: run make engine "
    ) as met:
        backend.warm_up()
    assert met.value.permanent
    assert backend.trouble == str(met.value)
    backend.close()
    # Another process, such as `manage.py status`, reads what this one met.
    assert LocalBackend("local", models_dir=model.parent).trouble == str(met.value)


def test_what_is_cured_is_no_trouble_any_more(model: Path, dies: Dies) -> None:
    dies("always")
    with pytest.raises(ModelError):
        kernels_for(model)
    assert known_trouble(model)
    selftest._memory(model).unlink()  # as a library that was compiled anew makes it worthless
    dies("repacked")
    assert kernels_for(model) is Kernels.PLAIN
    assert not known_trouble(model)


def test_a_try_without_an_end_is_given_up_and_made_again_next_time(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(selftest, "SECONDS", 0.01)
        with pytest.raises(ModelError, match="no end"):
            kernels_for(model)
    assert kernels_for(model) is Kernels.REPACKED


def test_a_file_that_is_no_model_is_no_fault_of_the_machine(tmp_path: Path) -> None:
    poem = tmp_path / "poem.gguf"
    poem.write_text("Roses are red")
    assert kernels_for(poem) is Kernels.REPACKED
    assert list(tmp_path.iterdir()) == [poem]


def test_a_test_run_outlives_a_model_that_dies(model: Path, tmp_path: Path) -> None:
    test = tmp_path / "test_it.py"
    test.write_text(LOADS_A_MODEL.format(model=str(model)))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", test, "-c", os.devnull, "-p", "no:cacheprovider"],
        cwd=ROOT,
        env=os.environ | deadly("always"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout
    assert "llama.cpp dies at its first batch (SIGILL)" in run.stdout
    assert "1 failed, 1 passed" in run.stdout
