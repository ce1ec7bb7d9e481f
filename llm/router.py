"""Who answers a question: pure, and before any model is asked."""

from typing import Literal, NamedTuple

Way = Literal["local", "api", "curated", "handoff"]


class Decision(NamedTuple):
    """`way` is who answers, `reason` why, in a word that statistics can count."""

    way: Way
    reason: str


def decide(
    *, grounded: bool, exact: bool, model_writes_language: bool, model_is_remote: bool
) -> Decision:
    """Choose the way to answer.

    `grounded` says that a source cleared the retriever's calibrated floor, `exact` that the best
    one is a record (a dish, a place) rather than prose. A small model is not trusted with prices
    and allergens, and does not write languages it does not know: there the staff's own words do.
    """
    if not grounded:
        return Decision("handoff", "unanswerable")
    if exact and not model_is_remote:
        return Decision("curated", "record")
    if not model_writes_language:
        return Decision("curated", "language")
    return Decision("api" if model_is_remote else "local", "generated")
