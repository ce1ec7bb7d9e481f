"""The product is asked as guests ask it, in this process, with all its models. Nobody is called."""

import logging
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager

from concierge.answering.answer import Asked
from concierge.answering.pipeline import collect
from concierge.chat.protocol import clean_question
from concierge.evaluation.desk import Question
from concierge.evaluation.reaction import Reaction, reaction_of
from concierge.evaluation.recall import parse_history
from properties.models import Property

SAYS_EACH_ANSWER = "concierge.answers"


async def reactions(
    questions: Sequence[Question], houses: Mapping[str, Property]
) -> AsyncIterator[tuple[Question, Reaction]]:
    """One after the other. Nothing that was cached before answers, for guests or for an earlier
    run, and no guest is given what is cached here."""
    audience = f"evaluate-{uuid.uuid4()}"
    with _no_line_for_each_answer():
        for question in questions:
            said = [("U" if who == "guest" else "S", text) for who, text in question.history]
            asked = Asked(
                houses[question.house],
                clean_question(question.text),
                history=parse_history(said),
                audience=audience,
            )
            yield question, await _reaction(asked)


async def _reaction(asked: Asked) -> Reaction:
    """Whatever fails is a reaction of its own: a guest would have read an apology."""
    try:
        return reaction_of(await collect(asked))
    except Exception as error:
        return Reaction(error=type(error).__name__)


@contextmanager
def _no_line_for_each_answer() -> Iterator[None]:
    """Thousands of them, between the pieces of the progress bar."""
    logger = logging.getLogger(SAYS_EACH_ANSWER)
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)
