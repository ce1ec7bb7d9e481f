"""Embedders by space, as the setting EMBEDDERS names them.

    EMBEDDERS = {"english": "minilm", "multilingual": "e5"}

A value is `minilm`, `e5`, or `sentence-transformers:NAME` for any model by its name or folder.
"""

import functools
import threading

from django.conf import settings

from retrieval.embedders.base import Embedder, EmbedderError

__all__ = ["Embedder", "EmbedderError", "get_embedder"]

_lock = threading.Lock()


def get_embedder(space: str) -> Embedder:
    """This process's one embedder of a space; the model itself is loaded by the first text.

    Raises EmbedderError if the settings don't name one, or name one that does not exist.
    """
    names: dict[str, str] = settings.EMBEDDERS
    if space not in names:
        raise EmbedderError(f"no embedder for {space!r}; EMBEDDERS holds {', '.join(names)}")
    with _lock:
        return _build(names[space])


@functools.cache
def _build(name: str) -> Embedder:
    kind, _, model = name.partition(":")
    if name == "minilm":
        from retrieval.embedders.minilm import MiniLM

        return MiniLM()
    if name == "e5":
        from retrieval.embedders.e5 import E5

        return E5()
    if kind == "sentence-transformers" and model:
        from retrieval.embedders.sentence_transformers import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder(model)
    raise EmbedderError(
        f"no embedder is called {name!r}; there are minilm, e5, sentence-transformers:NAME"
    )
