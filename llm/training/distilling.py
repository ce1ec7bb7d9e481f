"""From lessons to a release, by way of everything that `manage.py distill` promises."""

from collections.abc import Sequence
from pathlib import Path

from llm.backends.gguf import check_space, packaged_model
from llm.backends.releases import ADAPTER, MANIFEST, prepared, read_release, releases_dir
from llm.base import ModelError
from llm.training.adapter import export_adapter
from llm.training.agreement import check_agreement
from llm.training.base_model import load_base
from llm.training.checkpoint import CHECKPOINT
from llm.training.examples import examples, load_tokenizer
from llm.training.finetune import Recipe, finetune
from llm.training.release import write_release
from llm.training.rows import Row

_COMPARED = 4
_NEEDED_BYTES = 1_000_000_000
"""Checkpoints, the prepared model, and the base in 32 bits for a moment."""


def distil(
    name: str, lessons: Sequence[Row], dev: Sequence[Row], recipe: Recipe, models_dir: Path
) -> Path:
    """The folder of the new release `name`: trained, exported, compared and prepared for service.

    Called again after a kill it goes on where it was. Raises a permanent `ModelError` where the
    name is taken, the disk is full or a step fails.
    """
    work, folder = models_dir / "training" / name, releases_dir(models_dir) / name
    _check_name(folder, work)
    work.mkdir(parents=True, exist_ok=True)
    check_space(work, _NEEDED_BYTES)
    base = packaged_model()
    tokenize = load_tokenizer(base)
    taught, tried = examples(lessons, tokenize), examples(dev, tokenize)
    model = finetune(load_base(base), taught, tried, recipe, work)
    adapter = work / ADAPTER
    export_adapter(model, base, adapter)
    compared = [[*each.prompt, *each.answer] for each in tried[:_COMPARED]]
    check_agreement(model, base, adapter, compared)
    write_release(folder, adapter, base, recipe, lessons)
    prepared(read_release(folder), models_dir)
    return folder


def _check_name(folder: Path, work: Path) -> None:
    if (folder / MANIFEST).exists() and not (work / CHECKPOINT).exists():
        raise ModelError(f"{folder} exists already: choose another name", permanent=True)
