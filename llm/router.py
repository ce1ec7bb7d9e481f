"""Who answers a question: pure, and before any model is asked.

How a hotel reads and tunes this is in docs/router.md.
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

Way = Literal["curated", "cached", "local", "api", "handoff"]

Written = Literal["own", "translated", "foreign"]
"""In the guest's language from the start, by the staff's translation, or in another one."""

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
    `kinds` what each of them is. `several`: more is asked than one source answers, in so many
    `words`. `written`: how the best source is. `cached`: an answer is at hand.
    """

    answers: tuple[float, ...]
    kinds: tuple[str, ...]
    several: bool
    words: int
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
    words: float
    foreign: float


THRESHOLD = 0.267
"""Where nothing else is set: keeps 70 % of the questions of benchmarks/router.py local."""

# A logistic of how far the local model's answer falls short of a person's, fitted by
# benchmarks/router.py on properties of DSTC9 and DSTC11 (docs/router.md).
# For a foreign source there were next to no such questions: it weighs as `several`.
BIAS = -1.88
WEIGHTS = Features(
    best=-0.53,
    margin=-0.94,
    entropy=0.77,
    rivals=0.72,
    several=0.88,
    words=0.68,
    foreign=0.88,
)


def features(evidence: Evidence) -> Features:
    """The numbers that `difficulty` weighs. Without a source, the best is 0."""
    answers = evidence.answers[:MOST_SOURCES] or (0.0,)
    best = answers[0]
    return Features(
        best=best,
        margin=best - (answers[1] if len(answers) > 1 else 0.0),
        entropy=_entropy(answers),
        rivals=sum(each > best / 2 for each in answers[1:]) / (MOST_SOURCES - 1),
        several=float(evidence.several),
        words=min(evidence.words, LONG) / LONG,
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
    if best >= policy.sure and not evidence.several:
        return _sure(evidence, policy)
    return _unsure(evidence, policy)


def _sure(evidence: Evidence, policy: Policy) -> Decision:
    """The staff's own words answer; a strong model may say them in the guest's language."""
    if evidence.written == "foreign":
        return Decision("api" if policy.api else "curated", "language")
    return Decision("curated", "sure")


def _unsure(evidence: Evidence, policy: Policy) -> Decision:
    """A small model is not trusted with prices and opening times, nor with what it must translate;
    what neither may answer is shown as the nearest that there is."""
    may_be_local = evidence.kinds[0] == "faq" and evidence.written != "foreign"
    if policy.local_writes and may_be_local:
        if not policy.api:
            return Decision("local", "no_api")
        if difficulty(evidence) <= policy.threshold:
            return Decision("local", "easy")
    if policy.api:
        return Decision("api", "language" if evidence.written == "foreign" else "hard")
    # Of several things at least the surest is answered.
    return Decision("curated", "sure" if evidence.answers[0] >= policy.sure else "nearest")


def _entropy(answers: tuple[float, ...]) -> float:
    """How evenly the sources share the answer: 0 if one has it, 1 if all are alike."""
    total = sum(answers)
    if len(answers) < 2 or not total:
        return 0.0
    shares = [each / total for each in answers]
    return -sum(each * math.log(each) for each in shares if each) / math.log(len(answers))
