"""Whether llama.cpp computes with an exported adapter what transformers computed in training.

Compared are the logits of whole sequences, in 32 bits on both sides: llama.cpp widens the base
first, as its kernels for rounded weights round what they are multiplied with, too. Left is the
adapter's rounding to 16 bits.
"""

import ctypes
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from llama_cpp import Llama, llama_cpp
from peft import PeftModel

from llm.backends.llamacpp import quiet_llama_cpp
from llm.base import ModelError

Logits = npt.NDArray[Any]

TOLERANCE = 1e-2


def check_agreement(
    model: PeftModel, base: Path, adapter: Path, sequences: Sequence[Sequence[int]]
) -> float:
    """The greatest difference of two logits, over `sequences` of tokens and the whole vocabulary.

    Raises a permanent `ModelError` if it exceeds `TOLERANCE` or llama.cpp refuses a file.
    """
    with TemporaryDirectory(dir=adapter.parent) as folder:
        wide = Path(folder) / "base.gguf"
        _widen(base, wide)
        theirs = _of_llama_cpp(wide, adapter, sequences)
    ours = (_of_transformers(model, sequence) for sequence in sequences)
    pairs = zip(ours, theirs, strict=True)
    difference = max(float(np.abs(a - b).max()) for a, b in pairs)
    if not difference <= TOLERANCE:
        raise ModelError(
            f"{adapter}: llama.cpp's logits differ from transformers' by {difference:.3g}, "
            f"more than {TOLERANCE}",
            permanent=True,
        )
    return difference


def _of_transformers(model: PeftModel, sequence: Sequence[int]) -> Logits:
    """Of shape (tokens, vocabulary)."""
    device = next(model.parameters()).device
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([list(sequence)], device=device)).logits[0]
    return logits.float().cpu().numpy()


def _of_llama_cpp(base: Path, adapter: Path, sequences: Sequence[Sequence[int]]) -> list[Logits]:
    quiet_llama_cpp()
    longest = max(map(len, sequences))
    try:
        llama = Llama(
            str(base),
            lora_path=str(adapter),
            n_ctx=longest,
            n_batch=longest,
            logits_all=True,
            type_k=llama_cpp.GGML_TYPE_F32,
            type_v=llama_cpp.GGML_TYPE_F32,
            verbose=False,
        )
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"llama.cpp cannot load {adapter}: {error}", permanent=True) from error
    found = []
    for sequence in sequences:
        llama.reset()
        llama.eval(list(sequence))
        found.append(llama.scores[: len(sequence)].copy())
    llama.close()
    return found


def _widen(base: Path, target: Path) -> None:
    """`base` in 32 bits (540 MB)."""
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = llama_cpp.LLAMA_FTYPE_ALL_F32
    params.allow_requantize = True
    status = llama_cpp.llama_model_quantize(
        str(base).encode(), str(target).encode(), ctypes.byref(params)
    )
    if status != 0:
        raise ModelError(f"llama.cpp cannot widen {base} to {target}", permanent=True)
