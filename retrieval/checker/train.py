"""The cold path: from pairs of question and text to the checker's weights.

Logistic regression on the products of a question's and a text's dimensions: log odds = q·W·t + b
with W = a·I + D. The penalty is on D only, so where the pairs say nothing, W stays the cosine. The
loss is convex: L-BFGS finds its one minimum, whatever it starts from. Targets may lie between 0
and 1.
"""

import importlib.metadata
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.checker.checker import WEIGHTS
from retrieval.checker.dataset import Place
from retrieval.checker.pairs import Pair
from retrieval.embedders.artifact import MANIFEST, sha256
from retrieval.embedders.base import Embedder, EmbedderError, Vectors
from retrieval.embedders.formula import embed_items, embed_question

Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Recipe:
    """`penalty` was chosen for topics that training has not seen (README.md)."""

    penalty: float = 1e-4
    steps: int = 100


def fit(pairs: Sequence[Pair], embedder: Embedder, recipe: Recipe) -> tuple[Matrix, float]:
    """W, of shape (dimensions, dimensions), and b. Raises EmbedderError if scipy is missing."""
    try:
        from scipy.optimize import minimize
    except ImportError as error:
        raise EmbedderError(f"{error.name} is missing: pip install -e .[train]") from error
    questions, texts = _embedded(pairs, embedder)
    targets = np.array([pair.target for pair in pairs], np.float32)
    cosines = (questions * texts).sum(axis=1)
    size = questions.shape[1]

    def loss(point: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
        scale, intercept = point[:2]
        moved = point[2:].reshape(size, size).astype(np.float32)
        log_odds = scale * cosines + ((questions @ moved) * texts).sum(axis=1) + intercept
        wrong = (1 / (1 + np.exp(-log_odds)) - targets) / len(targets)
        slope = (questions * wrong[:, None].astype(np.float32)).T @ texts + recipe.penalty * moved
        value = (np.logaddexp(0, log_odds) - targets * log_odds).mean()
        return (
            float(value + recipe.penalty * (moved**2).sum() / 2),
            np.concatenate([[(wrong * cosines).sum(), wrong.sum()], slope.ravel()]).astype(float),
        )

    start = np.zeros(2 + size * size)
    start[:2] = 10.0, -5.0
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": recipe.steps})
    scale, intercept = found.x[:2]
    weights = scale * np.eye(size) + found.x[2:].reshape(size, size)
    return weights.astype(np.float32), float(intercept)


def save(
    weights: Matrix, intercept: float, target: Path, embedder: Embedder, recipe: Recipe, count: int
) -> None:
    """Write weights.npy and manifest.json to `target`."""
    target.mkdir(parents=True, exist_ok=True)
    np.save(target / WEIGHTS, weights.astype(np.float16))
    manifest = {
        "model": "concierge-answerability",
        "embedder": embedder.model_id,
        "intercept": round(intercept, 4),
        "licence": "Apache-2.0 (data: README.md)",
        "command": "manage.py build_checker --data DIR",
        "recipe": asdict(recipe),
        "pairs": count,
        "tools": {tool: importlib.metadata.version(tool) for tool in ("numpy", "scipy")},
        "files": {WEIGHTS: sha256(target / WEIGHTS)},
    }
    (target / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")


def folds(places: Sequence[Place], count: int, seed: int = 0) -> list[frozenset[str]]:
    """The ids of `places` in `count` parts, for cross-validation."""
    ids = sorted(place.id for place in places)
    random.Random(seed).shuffle(ids)  # noqa: S311 (no secret depends on it)
    return [frozenset(ids[part::count]) for part in range(count)]


def _embedded(pairs: Sequence[Pair], embedder: Embedder) -> tuple[Vectors, Vectors]:
    """The pairs' questions and texts, each of shape (len(pairs), dimensions)."""
    questions = dict.fromkeys(pair.question for pair in pairs)
    texts = list(dict.fromkeys((pair.title, pair.body) for pair in pairs))
    asked = {text: embed_question(embedder, text, "") for text in questions}
    found = dict(zip(texts, embed_items(embedder, texts, ""), strict=True))
    return (
        np.stack([asked[pair.question] for pair in pairs]),
        np.stack([found[pair.title, pair.body] for pair in pairs]),
    )
