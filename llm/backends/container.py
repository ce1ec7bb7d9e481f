"""Reads and writes GGUF files, version 3: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

`gguf.GGUFReader` makes several arrays for each token of the vocabulary: for our base that is 4.5 s
and 400 MB. Here the metadata of a model is copied as it is, without looking into its lists.
"""

import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFValueType

from llm.base import ModelError

_ALIGNMENT = 32  # llama.cpp's; a file with another one says so in its metadata
_SCALARS = {
    GGUFValueType.UINT8: "<B",
    GGUFValueType.INT8: "<b",
    GGUFValueType.UINT16: "<H",
    GGUFValueType.INT16: "<h",
    GGUFValueType.UINT32: "<I",
    GGUFValueType.INT32: "<i",
    GGUFValueType.FLOAT32: "<f",
    GGUFValueType.BOOL: "<?",
    GGUFValueType.UINT64: "<Q",
    GGUFValueType.INT64: "<q",
    GGUFValueType.FLOAT64: "<d",
}

Bytes = npt.NDArray[np.uint8]
Scalar = str | int | float | bool
Types = Mapping[str, GGMLQuantizationType]


class Tensor(NamedTuple):
    """`shape` in numpy's order, rows first; `data` (rows, bytes of a row) is mapped, not read."""

    shape: tuple[int, ...]
    type: GGMLQuantizationType
    data: Bytes


@dataclass(frozen=True)
class Container:
    """`head` is everything before the list of tensors; `metadata` has no lists."""

    head: bytes
    metadata: dict[str, Scalar]
    tensors: dict[str, Tensor]


def read_gguf(path: Path) -> Container:
    """What is in the file. A permanent `ModelError` names it and says what is wrong with it."""
    try:
        return _read(np.memmap(path, mode="r"))
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}", permanent=True) from error
    except (ValueError, OverflowError, struct.error) as error:
        raise ModelError(f"{path}: is not a whole GGUF file: {error}", permanent=True) from error


def write_gguf(path: Path, like: Container, types: Types, data: Iterable[Bytes]) -> None:
    """Writes the metadata of `like` and, in its order, its tensors as `data` of new `types`."""
    with path.open("wb") as file:
        file.write(like.head)
        offset = 0
        for name, tensor in like.tensors.items():
            file.write(_packed(_Entry(name, tensor.shape, types[name], offset)))
            offset += _padded(_size(tensor.shape, types[name]))
        _pad(file)
        for values in data:
            file.write(values.tobytes())
            _pad(file)


class _Entry(NamedTuple):
    """A line of the list of tensors; `offset` counts from where their values begin."""

    name: str
    shape: tuple[int, ...]
    type: GGMLQuantizationType
    offset: int


class _Cursor:
    """Takes one thing after the other from `data`; `struct.error` where it ends too early."""

    def __init__(self, data: Bytes) -> None:
        self._data = data.data
        self.at = 0

    def take(self, form: str) -> Any:
        (value,) = struct.unpack_from(form, self._data, self.at)
        self.at += struct.calcsize(form)
        return value

    def string(self) -> str:
        end = self._end_of_string()
        text = bytes(self._data[self.at : end]).decode()
        self.at = end
        return text

    def value(self) -> Scalar | None:
        """A scalar or a string; a list is passed over."""
        kind = GGUFValueType(self.take("<I"))
        if kind == GGUFValueType.STRING:
            return self.string()
        if kind != GGUFValueType.ARRAY:
            value: Scalar = self.take(_SCALARS[kind])
            return value
        kind, count = GGUFValueType(self.take("<I")), self.take("<Q")
        if kind == GGUFValueType.STRING:
            for _ in range(count):
                self.at = self._end_of_string()
        elif kind in _SCALARS:
            self.at += count * struct.calcsize(_SCALARS[kind])
        else:
            raise ValueError("it has a list of lists")
        return None

    def _end_of_string(self) -> int:
        size = self.take("<Q")
        return self.at + int(size)


def _read(data: Bytes) -> Container:
    cursor = _Cursor(data)
    if cursor.take("4s") != b"GGUF" or cursor.take("<I") != 3:
        raise ValueError("it does not begin as one of version 3")
    tensors, pairs = cursor.take("<Q"), cursor.take("<Q")
    metadata = {cursor.string(): cursor.value() for _ in range(pairs)}
    head = bytes(data[: cursor.at])
    entries = [_read_entry(cursor) for _ in range(tensors)]
    if metadata.get("general.alignment", _ALIGNMENT) != _ALIGNMENT:
        raise ValueError("it has an unusual alignment")
    start = _padded(cursor.at)
    scalars = {key: value for key, value in metadata.items() if value is not None}
    found = {entry.name: _tensor(entry, data[start:]) for entry in entries}
    return Container(head, scalars, found)


def _read_entry(cursor: _Cursor) -> _Entry:
    name = cursor.string()
    columns_first = [cursor.take("<Q") for _ in range(cursor.take("<I"))]
    kind = GGMLQuantizationType(cursor.take("<I"))
    return _Entry(name, tuple(reversed(columns_first)), kind, cursor.take("<Q"))


def _tensor(entry: _Entry, data: Bytes) -> Tensor:
    end = entry.offset + _size(entry.shape, entry.type)
    if end > len(data):
        raise ValueError(f"it ends within {entry.name}")
    rows = data[entry.offset : end].reshape(*entry.shape[:-1], -1)
    return Tensor(entry.shape, entry.type, rows)


def _packed(entry: _Entry) -> bytes:
    text, shape = entry.name.encode(), reversed(entry.shape)
    form = f"<Q{len(text)}sI{len(entry.shape)}QIQ"
    return struct.pack(form, len(text), text, len(entry.shape), *shape, entry.type, entry.offset)


def _size(shape: tuple[int, ...], kind: GGMLQuantizationType) -> int:
    values, size = GGML_QUANT_SIZES[kind]
    return math.prod(shape) // values * size


def _padded(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def _pad(file: BinaryIO) -> None:
    file.write(bytes(_padded(file.tell()) - file.tell()))
