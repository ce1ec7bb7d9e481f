"""What every embedder can do, and how it says that it cannot."""

from collections.abc import Sequence
from typing import Protocol

from encoder import DIMENSIONS, Vectors

__all__ = ["DIMENSIONS", "Embedder", "EmbedderError", "Vectors"]


class EmbedderError(Exception):
    """An embedder cannot be built or used; the message names what is missing or damaged."""


class Embedder(Protocol):
    """Texts to vectors. Safe to use from several threads at once.

    Cheap to build: models are loaded by the first text, so an embedder that nobody asks costs no
    memory. A text's vector depends on that text alone, never on what is embedded beside it.
    """

    dimensions: int

    @property
    def model_id(self) -> str:
        """Name and short hash of the weights; vectors of different ids don't compare."""

    def embed_query(self, text: str) -> Vectors:
        """A guest's question as a vector of shape (dimensions,), float32, of length 1.

        Raises EmbedderError if the model is missing or damaged.
        """

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Content as vectors of shape (len(texts), dimensions), float32, each of length 1.

        Raises EmbedderError if the model is missing or damaged.
        """
