"""How hard a question is for the local model, learnt from answers of known quality; and what
quality and cost follow from sending the hardest to the API.

Curve and area as in RouteLLM (Ong et al. 2024, arXiv:2406.18665) and RouterBench (Hu et al. 2024,
arXiv:2403.12031): quality over the share of cost, by a router's order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

SHARES = tuple(round(step / 10, 1) for step in range(11))

# Of the questions of `benchmarks/router.py`, for a property without traffic of its own:
# difficulties at even steps from the easiest to the hardest, and an answer's tokens read and
# written by the API.
TYPICAL_DIFFICULTIES = (
    0.028, 0.055, 0.067, 0.078, 0.097, 0.115, 0.130, 0.147, 0.161, 0.173,
    0.188, 0.212, 0.230, 0.254, 0.280, 0.315, 0.343, 0.395, 0.469, 0.594,
)  # fmt: skip
TYPICAL_TOKENS = (185.8, 18.6)


@dataclass(frozen=True)
class Outcomes:
    """What the local and the strong model made of `n` questions: arrays of n.

    Quality is from 0 to 1, cost in any one unit; the strong model costs at least as much.
    """

    local_quality: Array
    strong_quality: Array
    local_cost: Array
    strong_cost: Array

    def take(self, rows: Array) -> "Outcomes":
        return Outcomes(
            self.local_quality[rows],
            self.strong_quality[rows],
            self.local_cost[rows],
            self.strong_cost[rows],
        )


@dataclass(frozen=True)
class Point:
    """Mean quality and mean cost a question when the hardest `api_share` goes to the API."""

    api_share: float
    quality: float
    cost: float


def threshold_for(difficulties: Sequence[float] | Array, local_share: float) -> float:
    """The difficulty up to which `local_share` (0 … 1) of the questions lie.

    0 keeps nothing local and 1 everything. Raises ValueError without difficulties.
    """
    if not len(difficulties):
        raise ValueError("A threshold needs difficulties")
    ordered = np.sort(np.asarray(difficulties, dtype=float))
    kept = round(local_share * len(ordered))
    # Nothing is as hard as 1 or as easy as 0: the logistic never gets there.
    if kept in (0, len(ordered)):
        return 0.0 if kept == 0 else 1.0
    return float((ordered[kept - 1] + ordered[kept]) / 2)


def curve(
    difficulties: Sequence[float] | Array, outcomes: Outcomes, shares: Sequence[float] = SHARES
) -> list[Point]:
    """Quality and cost at each share sent to the API, the hardest first."""
    quality, cost = _by_count(np.asarray(difficulties), outcomes)
    places = [round(share * (len(quality) - 1)) for share in shares]
    return [
        Point(share, float(quality[place]), float(cost[place]))
        for share, place in zip(shares, places, strict=True)
    ]


def area(difficulties: Sequence[float] | Array, outcomes: Outcomes) -> float:
    """Area under quality (0 … 1) over cost, from 0 (all local) to 1 (all sent)."""
    quality, cost = _by_count(np.asarray(difficulties), outcomes)
    span = cost[-1] - cost[0]
    return float(np.trapezoid(quality, (cost - cost[0]) / span)) if span else float(quality[-1])


def random_area(outcomes: Outcomes) -> float:
    """The area of a router that tosses a coin, in the mean: a straight line from end to end."""
    return float((outcomes.local_quality.mean() + outcomes.strong_quality.mean()) / 2)


def oracle(outcomes: Outcomes) -> Array:
    """The difficulties of a router that knows both answers: what is gained for what it costs."""
    cost = outcomes.strong_cost - outcomes.local_cost
    gain: Array = (outcomes.strong_quality - outcomes.local_quality) / np.maximum(cost, 1e-12)
    return gain


def nearest_neighbours(
    vectors: Array, shortfalls: Array, asked: Array, *, neighbours: int = 10
) -> Array:
    """The kNN router of RouterBench: the mean shortfall of the most similar known questions.

    `vectors` (n, d) and `asked` (m, d) are unit vectors, `shortfalls` (n); returns (m).
    """
    nearest = np.argsort(-(asked @ vectors.T), axis=1)[:, :neighbours]
    mean: Array = shortfalls[nearest].mean(axis=1)
    return mean


def fit(features: Array, shortfalls: Array, *, ridge: float = 1.0, steps: int = 50) -> Array:
    """Bias and weights (1 + f) of a logistic of `features` (n, f) for `shortfalls` (n, 0 … 1).

    Newton's method on the cross-entropy with a ridge on the weights (Bishop, Pattern Recognition
    and Machine Learning, 4.3.3). Shortfalls may be fractions. A feature that never varies gets 0.
    """
    design = np.column_stack([np.ones(len(features)), features])
    penalty = np.diag([1e-6, *[ridge] * features.shape[1]])
    weights = np.zeros(design.shape[1])
    for _ in range(steps):
        expected = logistic(design, weights)
        slope = design.T @ (expected - shortfalls) + penalty @ weights
        bend = design.T @ (design * (expected * (1 - expected))[:, None]) + penalty
        step = np.linalg.solve(bend, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def logistic(design: Array, weights: Array) -> Array:
    expected: Array = 1 / (1 + np.exp(-(design @ weights)))
    return expected


def bootstrap(
    one: Array,
    other: Array,
    outcomes: Outcomes,
    groups: Sequence[str],
    *,
    rounds: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """The 95 % interval of area(one) - area(other), drawing whole `groups` with replacement.

    Questions of one property resemble each other, so properties are drawn, not questions.
    """
    draw = np.random.default_rng(seed)
    labels = np.asarray(groups)
    members = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    differences = []
    for _ in range(rounds):
        chosen = draw.integers(len(members), size=len(members))
        rows = np.concatenate([members[index] for index in chosen])
        drawn = outcomes.take(rows)
        differences.append(area(one[rows], drawn) - area(other[rows], drawn))
    low, high = np.percentile(differences, (2.5, 97.5))
    return float(low), float(high)


def _by_count(difficulties: Array, outcomes: Outcomes) -> tuple[Array, Array]:
    """Mean quality and cost with the 0, 1, … n hardest sent to the API: arrays of n + 1."""
    order = np.argsort(-difficulties, kind="stable")
    gained = (outcomes.strong_quality - outcomes.local_quality)[order]
    paid = (outcomes.strong_cost - outcomes.local_cost)[order]
    count = len(order)
    quality = (outcomes.local_quality.sum() + np.concatenate([[0.0], np.cumsum(gained)])) / count
    cost = (outcomes.local_cost.sum() + np.concatenate([[0.0], np.cumsum(paid)])) / count
    return quality, cost
