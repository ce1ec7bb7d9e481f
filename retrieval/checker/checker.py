"""How likely it is that a text answers a question, from the vectors that search has anyway.

A cosine says how alike two texts are. What answers is another measure: log odds = q·W·t + b, with
q the question's vector and t the text's, both as formula.py makes them. W is learned from pairs
whose answer is known (train.py), starts as a multiple of the identity, which is the cosine, and
moves away from it only where the pairs say so (README.md).

q·W is computed here, the product with every t by Postgres: its direction is searched with, and its
length is how much that cosine counts. So the check costs one small product a question (0.01 ms)
and no reading of texts.
"""

import math
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.embedders.artifact import Artifact
from retrieval.embedders.base import Vectors

DIRECTORY = Path(__file__).resolve().parent
WEIGHTS = "weights.npy"
STEEPEST = 60.0


@dataclass(frozen=True)
class Asked:
    """A question to search with: `vector` of length 1, and what a score with it means.

    Log odds = slope × score + intercept. If `stands_out`, the score is first compared with those of
    the other candidates, because by itself it means little (e5; see ranking.py).
    """

    vector: Vectors
    slope: float
    intercept: float
    stands_out: bool = False

    def probability(self, score: float) -> float:
        log_odds = self.slope * score + self.intercept
        return 1 / (1 + math.exp(-max(-STEEPEST, min(STEEPEST, log_odds))))


class Checker:
    """Cheap to build and safe to use from several threads; the first question loads the weights."""

    def __init__(self, directory: Path = DIRECTORY) -> None:
        self._artifact = Artifact(directory, built_by="build_checker")
        self._lock = threading.Lock()
        self._weights: Vectors | None = None

    def understands(self, model_id: str) -> bool:
        """Whether it was trained on the vectors of this embedder."""
        return bool(self._artifact.manifest["embedder"] == model_id)

    def asked(self, question: Vectors) -> Asked:
        """`question` of shape (dimensions,), length 1, as what finds its answers.

        Raises EmbedderError if the weights are missing or damaged.
        """
        towards = question @ self._loaded()
        length = float(np.linalg.norm(towards))
        return Asked(towards / length, length, self._artifact.manifest["intercept"])

    def _loaded(self) -> Vectors:
        with self._lock:
            if self._weights is None:
                stored: np.ndarray[Any, Any] = np.load(self._artifact.verified(WEIGHTS))
                self._weights = stored.astype(np.float32)
            return self._weights
