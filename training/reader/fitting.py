"""What is fitted on a taught reader, and what it finds: on houses that it was not taught with.

Everything is measured with the product's own int8 models, on the few texts that the product reads.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from encoder.files import MANIFEST
from encoder.reader import Reader, Weights, weighed
from training.encoder.lessons import asked
from training.encoder.measuring import Ranked, share
from training.reader.pairs import AT_ONCE

SURE = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Judged:
    """A case with the reader's log odds of its best few texts."""

    case: Ranked
    odds: tuple[float, ...]

    @property
    def scores(self) -> tuple[float, ...]:
        return self.case.scores[: len(self.odds)]

    @property
    def does(self) -> list[bool]:
        return [key in self.case.question.right for key in self.case.keys[: len(self.odds)]]


def judged(reader: Reader, cases: Sequence[Ranked]) -> list[Judged]:
    def read(case: Ranked) -> Judged:
        texts = [case.house.texts[key] for key in case.keys[:AT_ONCE]]
        return Judged(case, tuple(reader.log_odds(asked(case.question), texts)))

    with ThreadPoolExecutor() as pool:
        return list(pool.map(read, cases))


def fit_weights(found: Sequence[Judged]) -> Weights:
    """By logistic regression on the best few texts of every question."""
    does = np.array([each for one in found for each in one.does], float)

    def lost(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        weights = Weights(*values)
        odds = np.array([each for one in found for each in weighed(one.odds, one.scores, weights)])
        return float(np.mean(np.logaddexp(0, odds) - does * odds))

    fitted = minimize(lost, np.array([0.0, 0.8, 0.1, 0.0, 0.0]), method="BFGS")
    return Weights(*(round(float(each), 4) for each in fitted.x))


def keep_weights(target: Path, weights: Weights) -> None:
    """Into the manifest of the reader in `target`."""
    path = target / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["weights"] = weights._asdict()
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def table(found: Sequence[Judged], weights: Weights) -> Iterator[str]:
    """Right first, and what is given as sure at some cuts, by whose language is written."""
    for name, own in (("own language", True), ("another language", False)):
        these = [each for each in found if each.case.is_own_language is own]
        answerable = [each for each in these if each.case.question.kind == "answer"]
        nothing = [each for each in these if each.case.question.kind == "none"]
        alone = share([each.does[0] for each in answerable])
        right = share([_best(each, weights)[0] for each in answerable])
        yield f"{name}: {len(answerable)} answerable, right first {right:.3f} (encoder {alone:.3f})"
        for sure in SURE:
            given = [_best(each, weights) for each in answerable]
            said = share([_best(each, weights)[1] >= sure for each in nothing])
            yield (
                f"  from {sure:.1f}: right {share([ok and p >= sure for ok, p in given]):.3f}, "
                f"wrong {share([not ok and p >= sure for ok, p in given]):.3f}, "
                f"of {len(nothing)} that nothing answers {said:.3f}"
            )


def _best(each: Judged, weights: Weights) -> tuple[bool, float]:
    """Whether the likeliest text answers, and how likely."""
    odds = weighed(each.odds, each.scores, weights)
    at = int(np.argmax(odds))
    return each.does[at], float(1 / (1 + np.exp(-odds[at])))
