"""Who answers a question: pure, and before any model is asked.

How a hotel reads and tunes this is in docs/router.md.
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from reading.shape import Shape

Way = Literal["curated", "cached", "local", "api", "handoff"]

Written = Literal["own", "translated", "foreign"]
"""In the guest's language from the start, by the staff's translation, or in another one."""

LEAD = 0.1
"""So far behind the best, in probability, the next source may be for it alone to answer."""

LONG = 40
"""Words; what is longer is as hard as this."""

MOST_SOURCES = 5
"""Sources looked at: those behind are noise."""


class Decision(NamedTuple):
    """`way` is who answers, `reason` why, in a word that statistics can count."""

    way: Way
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a question before anything answers it.

    `answers` holds the probability (0 … 1) that each ranked source answers, best first, and
    `kinds` what each of them is. `written`: how the best source is. `cached`: an answer is at hand.
    """

    answers: tuple[float, ...]
    kinds: tuple[str, ...]
    shape: Shape
    written: Written
    cached: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """What a property wants, and what is at hand.

    `floor` and `sure` are of `Evidence.answers`, `threshold` of `difficulty`. `local_writes`: the
    local model writes the guest's language. `api`: one is configured and may be asked now.
    """

    floor: float
    sure: float
    threshold: float
    local_writes: bool
    api: bool


class Features(NamedTuple):
    """What `difficulty` weighs; numbers from 0 to about 1."""

    best: float
    margin: float
    entropy: float
    rivals: float
    several: float
    comparison: float
    planning: float
    negation: float
    words: float
    foreign: float


THRESHOLD = 0.267
"""Where nothing else is set: keeps 70 % of the questions of benchmarks/router.py local."""

# A logistic of how far the local model's answer falls short of a person's, fitted by
# benchmarks/router.py on properties of DSTC9 and DSTC11 (docs/router.md).
# For comparison, planning and a foreign source there were next to no such questions: they weigh
# as `several`.
BIAS = -1.88
WEIGHTS = Features(
    best=-0.53,
    margin=-0.94,
    entropy=0.77,
    rivals=0.72,
    several=0.88,
    comparison=0.88,
    planning=0.88,
    negation=-0.27,
    words=0.68,
    foreign=0.88,
)


def features(evidence: Evidence) -> Features:
    """The numbers that `difficulty` weighs. Without a source, the best is 0."""
    answers = evidence.answers[:MOST_SOURCES] or (0.0,)
    best = answers[0]
    shape = evidence.shape
    return Features(
        best=best,
        margin=best - (answers[1] if len(answers) > 1 else 0.0),
        entropy=_entropy(answers),
        rivals=sum(each > best / 2 for each in answers[1:]) / (MOST_SOURCES - 1),
        several=float(shape.several),
        comparison=float(shape.comparison),
        planning=float(shape.planning),
        negation=float(shape.negation),
        words=min(shape.words, LONG) / LONG,
        foreign=float(evidence.written == "foreign"),
    )


def difficulty(evidence: Evidence) -> float:
    """How far the local model's answer is likely to fall short of a strong model's, 0 … 1."""
    weighed = zip(WEIGHTS, features(evidence), strict=True)
    log_odds = BIAS + sum(weight * value for weight, value in weighed)
    return 1 / (1 + math.exp(-log_odds))


def decide(evidence: Evidence, policy: Policy) -> Decision:
    """Choose the way to answer: what is surest and cheapest first."""
    if evidence.cached:  # and so of the same content: whatever it rested on still stands
        return Decision("cached", "asked_before")
    best = evidence.answers[0] if evidence.answers else 0.0
    if not evidence.answers or best < policy.floor:
        return Decision("handoff", "unanswerable")
    if best >= policy.sure and _stands_alone(evidence):
        return Decision("curated", "sure")
    if evidence.written == "foreign":  # a small model answers in its sources' language only
        return Decision("api" if policy.api else "curated", "language")
    if evidence.kinds[0] != "faq":
        # A small model is not trusted with prices and opening times; a strong one is guarded.
        weighs_several = evidence.shape.comparison or evidence.shape.planning
        return Decision("api" if policy.api and weighs_several else "curated", "record")
    return _generated(evidence, policy)


def _generated(evidence: Evidence, policy: Policy) -> Decision:
    hard = difficulty(evidence) > policy.threshold
    if not policy.local_writes:
        by_staff = evidence.written == "translated" and not hard
        return Decision("api" if policy.api and not by_staff else "curated", "language")
    if not policy.api:
        return Decision("local", "no_api")
    return Decision("api", "hard") if hard else Decision("local", "easy")


def _stands_alone(evidence: Evidence) -> bool:
    """One source answers one simple question, in the guest's own language."""
    answers = evidence.answers
    ahead = len(answers) < 2 or answers[0] - answers[1] >= LEAD
    return ahead and evidence.shape.simple and evidence.written != "foreign"


def _entropy(answers: tuple[float, ...]) -> float:
    """How evenly the sources share the answer: 0 if one has it, 1 if all are alike."""
    total = sum(answers)
    if len(answers) < 2 or not total:
        return 0.0
    shares = [each / total for each in answers]
    return -sum(each * math.log(each) for each in shares if each) / math.log(len(answers))
