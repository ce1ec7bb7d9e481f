"""Any sentence-transformers model by its name or folder. Needs the extra `train`; loads torch."""

import hashlib
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from encoder import clean
from retrieval.embedders.base import DIMENSIONS, EmbedderError, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformersEmbedder:
    dimensions = DIMENSIONS

    def __init__(self, model: str) -> None:
        self._name = model
        self._lock = threading.RLock()
        self._loaded: SentenceTransformer | None = None
        self._model_id = ""

    @property
    def model_id(self) -> str:
        with self._lock:
            if not self._model_id:
                self._model_id = f"{self._name.rsplit('/', 1)[-1]}@{_weights_hash(self._model())}"
            return self._model_id

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._model().encode_query(
            clean(text), normalize_embeddings=True, show_progress_bar=False
        )
        return vector

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = self._model().encode_document(
            [clean(text) for text in texts], normalize_embeddings=True, show_progress_bar=False
        )
        return vectors.reshape(-1, DIMENSIONS)

    def _model(self) -> "SentenceTransformer":
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._name)
            return self._loaded


def _load(name: str) -> "SentenceTransformer":
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EmbedderError(
            f"the embedder of {name} needs the extra `train`: pip install -e .[train]"
        ) from error
    try:
        model = SentenceTransformer(name, device="cpu")
    except (OSError, ValueError) as error:
        raise EmbedderError(f"sentence-transformers cannot load {name}: {error}") from error
    dimensions = model.get_embedding_dimension()
    if dimensions != DIMENSIONS:
        raise EmbedderError(f"{name} gives {dimensions} dimensions, the index holds {DIMENSIONS}")
    return model


def _weights_hash(model: "SentenceTransformer") -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.float().numpy().tobytes())
    return digest.hexdigest()[:12]
