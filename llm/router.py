"""Who answers a question: pure, and before any model is asked."""

from typing import Literal, NamedTuple

Way = Literal["local", "api", "curated", "handoff"]


class Decision(NamedTuple):
    """`way` is who answers, `reason` why, in a word that statistics can count."""

    way: Way
    reason: str


def decide(*, grounded: bool, model_writes_language: bool, model_is_remote: bool) -> Decision:
    """Choose the way to answer.

    `grounded` says that a source cleared the retriever's calibrated floor. A model that cannot
    write the guest's language does not try: the staff's own words are right in any language.
    """
    if not grounded:
        return Decision("handoff", "unanswerable")
    if not model_writes_language:
        return Decision("curated", "language")
    return Decision("api" if model_is_remote else "local", "generated")
