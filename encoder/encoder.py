"""Texts → vectors, on ONNX Runtime and one core: about 4 ms for a question of 15 words."""

import functools
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from tokenizers import Tokenizer

from encoder.files import EncoderError, Files
from encoder.texts import clean
from encoder.tokens import tokenizer_of
from encoder.words import DIMENSIONS, Words, words

if TYPE_CHECKING:
    import onnxruntime

__all__ = ["DIMENSIONS", "Encoder", "Vector", "Vectors", "encoder"]

Vector = np.ndarray[Any, np.dtype[np.float32]]
Vectors = np.ndarray[Any, np.dtype[np.float32]]
Role = Literal["query", "passage"]
"""What the model was trained to be told: whether somebody asks, or is to be found."""

TAUGHT = Path(__file__).resolve().parent / "taught"
LAYERS = "layers.onnx"
LONGEST = 1_000
"""Characters looked at: no guest may type more, and no text needs more (tokens.LONGEST)."""
FEW = 8
"""Up to here, threads cost more than they give."""


class Runtime(NamedTuple):
    """Pieces of text, their numbers, and the layers above them."""

    words: Words
    tokenizer: Tokenizer
    session: "onnxruntime.InferenceSession"


class Encoder:
    """Cheap to build: the first text loads the model. Safe to use from several threads at once.

    A text's vector depends on that text alone, never on what is read beside it.
    """

    def __init__(self, directory: Path = TAUGHT) -> None:
        self._files = Files(directory, LAYERS)
        self._lock = threading.Lock()
        self._loaded: Runtime | None = None

    @property
    def model_id(self) -> str:
        """Name and short hash; vectors of different ids do not compare. Raises EncoderError."""
        manifest = self._files.manifest
        return f"{manifest.get('model')}@{manifest['files'][LAYERS][:12]}"

    def question(self, text: str) -> Vector:
        """What a guest writes, as a vector of shape (DIMENSIONS,) and length 1.

        Raises EncoderError if a file is missing or damaged.
        """
        return self._read(text, "query")

    def texts(self, texts: Sequence[str]) -> Vectors:
        """What the staff wrote, as vectors of shape (len(texts), DIMENSIONS), each of length 1.

        Every text by itself, on all cores: int8 takes its scale from all that is computed at once,
        so in a batch a text's vector would change with its neighbours. Raises EncoderError.
        """
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        read = functools.partial(self._read, role="passage")
        if len(texts) <= FEW:
            return np.stack([read(text) for text in texts])
        with ThreadPoolExecutor(len(os.sched_getaffinity(0)), "encode") as pool:
            return np.stack(list(pool.map(read, texts)))

    def _read(self, text: str, role: Role) -> Vector:
        runtime = self.runtime()
        pieces = runtime.tokenizer.encode(f"{role}: {clean(text[:LONGEST])}").ids
        (vector,) = runtime.session.run(None, {"words": runtime.words.vectors(pieces)[None]})
        unit: Vector = vector[0]
        return unit

    def runtime(self) -> Runtime:
        """What computes, loaded by the first who needs it. Raises EncoderError."""
        with self._lock:
            if self._loaded is None:
                session = session_of(self._files.verified())
                self._loaded = Runtime(words(), tokenizer_of(words()), session)
            return self._loaded


def session_of(path: Path) -> "onnxruntime.InferenceSession":
    # Here, because most processes and commands never read a text.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # A second thread gains little on 20 tokens, and spinning takes the core of somebody else.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # The arena keeps the memory of the longest text ever seen.
    options.enable_cpu_mem_arena = False
    # Newer ARM CPUs would quantise by other rules than all the rest (docs/encoder.md).
    options.add_session_config_entry("mlas.disable_kleidiai", "1")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors share no public base class
        raise EncoderError(f"ONNX Runtime cannot load {path}: {error}") from error


@functools.cache
def encoder() -> Encoder:
    """This process's own."""
    return Encoder()
