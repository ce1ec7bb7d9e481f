"""What another `sure` would have done: right, wrong and declined, over the threshold."""

from collections.abc import Sequence
from dataclasses import dataclass

STEPS = 50
"""Thresholds from 0 to 1, a fiftieth apart."""


@dataclass(frozen=True)
class Given:
    """A question that the search decided: how likely its best text answers (0 … 1), and whether
    what was shown is right; None where nothing was shown."""

    chance: float
    is_right: bool | None


@dataclass(frozen=True)
class Point:
    threshold: float
    right: float
    wrong: float
    declined: float


def curve(given: Sequence[Given]) -> list[Point]:
    """Shares of `given` if no text less likely than the threshold were given as the answer.

    Below the threshold that was in effect it is known only of what is shown as the nearest; what
    was handed over stays declined. Empty where nothing was decided by the search.
    """
    return [_point(step / STEPS, given) for step in range(STEPS + 1)] if given else []


def _point(threshold: float, given: Sequence[Given]) -> Point:
    answered = [
        each.is_right for each in given if each.is_right is not None and each.chance >= threshold
    ]
    right = sum(answered) / len(given)
    wrong = len(answered) / len(given) - right
    declined = 1 - len(answered) / len(given)
    return Point(threshold, *(round(share, 4) for share in (right, wrong, declined)))
