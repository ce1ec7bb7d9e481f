"""The embedder that the setting EMBEDDER names: one for all languages.

`taught` is the encoder that ships (docs/encoder.md), `sentence-transformers:NAME` any model by its
name or folder.
"""

import functools
import threading

from django.conf import settings

from retrieval.embedders.base import Embedder, EmbedderError

__all__ = ["TAUGHT", "Embedder", "EmbedderError", "get_embedder"]

_lock = threading.Lock()
TAUGHT = "taught"
"""The setting's name of the encoder that ships."""


def get_embedder() -> Embedder:
    """This process's one embedder; the model itself is loaded by the first text.

    Raises EmbedderError if the setting names one that does not exist.
    """
    with _lock:
        return _build(settings.EMBEDDER)


@functools.cache
def _build(name: str) -> Embedder:
    kind, _, model = name.partition(":")
    if name == TAUGHT:
        from retrieval.embedders.taught import Taught

        return Taught()
    if kind == "sentence-transformers" and model:
        from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder(model)
    raise EmbedderError(
        f"no embedder is called {name!r}; there are taught, sentence-transformers:NAME"
    )
