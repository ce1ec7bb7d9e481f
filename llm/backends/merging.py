"""Adds a LoRA adapter to a GGUF model and rounds the sum to fewer bits.

A tensor at a time, with ggml's own rounding in numpy. Rows of q and k stand in llama.cpp's order in
the base and in the adapter alike, so they are added as they are.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from gguf import GGMLQuantizationType, dequantize, quantize

from llm.backends.container import Bytes, Container, Tensor, read_gguf, write_gguf
from llm.base import ModelError

Array = npt.NDArray[Any]
Recipe = Mapping[str, str]
"""ggml's name of the type to round to, by a piece of a tensor's name; others stay as they are."""

_LORA_A, _LORA_B = ".lora_a", ".lora_b"


class Factors(NamedTuple):
    """`b` (rows, rank) times `a` (rank, columns), and by `scale`, is added to a tensor."""

    a: Array
    b: Array
    scale: float


def merge(base: Path, adapter: Path | None, target: Path, recipe: Recipe) -> None:
    """Writes `target`: `base` and what `adapter` adds to it, rounded by `recipe`.

    Raises a permanent `ModelError` that names the bad file, and `OSError` if the disk is full.
    """
    model = read_gguf(base)
    added = read_adapter(adapter, model) if adapter else {}
    types = {name: _type(name, tensor, recipe) for name, tensor in model.tensors.items()}
    write_gguf(target, model, types, _rounded(model, added, types))


def read_adapter(path: Path, model: Container) -> dict[str, Factors]:
    """The factors by the name of the tensor of `model` that they are added to.

    A permanent `ModelError` names the file if it is no LoRA adapter for a model of these shapes.
    """
    adapter = read_gguf(path)
    try:
        return dict(_factors(adapter, model))
    except (ValueError, TypeError, NotImplementedError) as error:
        raise ModelError(f"{path}: {error}", permanent=True) from error


def _factors(adapter: Container, model: Container) -> Iterator[tuple[str, Factors]]:
    if adapter.metadata.get("adapter.type") != "lora":
        raise ValueError("is not a LoRA adapter")
    alpha = float(adapter.metadata.get("adapter.lora.alpha", 0))
    names = {name.removesuffix(_LORA_A).removesuffix(_LORA_B) for name in adapter.tensors}
    for name in sorted(names):
        if not {name + _LORA_A, name + _LORA_B} <= adapter.tensors.keys():
            raise ValueError(f"has not both factors of {name}")
        a, b = _values(adapter.tensors[name + _LORA_A]), _values(adapter.tensors[name + _LORA_B])
        if not (name in model.tensors and _fit(model.tensors[name].shape, a.shape, b.shape)):
            raise ValueError(f"is for another base: there, {name} has another shape or is missing")
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            raise ValueError(f"has values in {name} that are no numbers")
        yield name, Factors(a, b, alpha / len(a))


def _fit(whole: tuple[int, ...], a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return len(a) == len(b) == 2 and whole == (b[0], a[1]) and a[0] == b[1]


def _rounded(
    model: Container, added: Mapping[str, Factors], types: Mapping[str, GGMLQuantizationType]
) -> Iterator[Bytes]:
    for name, tensor in model.tensors.items():
        if name not in added and types[name] == tensor.type:
            yield tensor.data
            continue
        values = _values(tensor)
        if name in added:
            a, b, scale = added[name]
            values = values + scale * (b @ a)
        yield quantize(values, types[name])


def _type(name: str, tensor: Tensor, recipe: Recipe) -> GGMLQuantizationType:
    wanted = (kind for piece, kind in recipe.items() if piece in name and len(tensor.shape) > 1)
    return GGMLQuantizationType[next(wanted, tensor.type.name)]


def _values(tensor: Tensor) -> Array:
    return dequantize(tensor.data, tensor.type)
