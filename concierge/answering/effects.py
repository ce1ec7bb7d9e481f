"""What a property's settings would have done to the questions it was asked: pure counting."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from concierge.answering.values import Values

Outcome = Literal["curated", "uncertain", "declined"]


def outcome(answers: float, values: Values) -> Outcome:
    """What becomes of a question whose best source answers it with probability `answers`.

    The router looks at more (several questions in one, a rival source, the language), so this is
    an estimate for many questions and no forecast for one.
    """
    if answers < values.floor:
        return "declined"
    return "curated" if answers >= values.sure else "uncertain"


def outcomes(asked: Iterable[float], values: Values) -> Counter[Outcome]:
    return Counter(outcome(answers, values) for answers in asked)


def changed(asked: Iterable[float], before: Values, after: Values) -> int:
    """How many of the questions would be answered in another way."""
    return sum(outcome(answers, before) != outcome(answers, after) for answers in asked)
