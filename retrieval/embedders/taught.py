"""The encoder that ships, as search knows an embedder: 384 dimensions, every language."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from encoder import DIMENSIONS, Encoder, EncoderError, Vectors, encoder
from retrieval.embedders.base import EmbedderError


class Taught:
    dimensions = DIMENSIONS

    def __init__(self, model: Encoder | None = None) -> None:
        self._encoder = model or encoder()

    @property
    def model_id(self) -> str:
        with _said_as_an_embedder():
            return self._encoder.model_id

    def embed_query(self, text: str) -> Vectors:
        with _said_as_an_embedder():
            return self._encoder.question(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        with _said_as_an_embedder():
            return self._encoder.texts(texts)


@contextmanager
def _said_as_an_embedder() -> Iterator[None]:
    try:
        yield
    except EncoderError as error:
        raise EmbedderError(str(error)) from error
