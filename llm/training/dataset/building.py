"""How every lesson is put together, wherever its words come from."""

import random
from collections.abc import Sequence
from dataclasses import replace

from llm.base import Question, Source, Turn
from llm.local_prompt import UNKNOWN
from llm.training.rows import Row

GOLD_FIRST = 0.76
"""Of the rows with other sources; 0.8 of all."""


def answered(
    chance: random.Random,
    question: Question,
    gold: Source,
    others: Sequence[Source],
    lesson: tuple[str, str, str],
) -> Row:
    """A lesson (property, kind, answer): `gold` among `others`, first as often as at serving."""
    at = 0 if chance.random() < GOLD_FIRST or not others else chance.randint(1, len(others))
    sources = (*others[:at], gold, *others[at:])
    property_id, kind, answer = lesson
    return Row(property_id, kind, replace(question, sources=sources), answer, at)


def refused(property_id: str, kind: str, question: Question, sources: Sequence[Source]) -> Row:
    return Row(property_id, kind, replace(question, sources=tuple(sources)), UNKNOWN, None)


def asked(text: str, property_name: str, before: str = "") -> Question:
    """A question whose sources are still to come; `before` is the guest's question before it."""
    history = (Turn(before, ""),) if before else ()
    return Question(text, "en", property_name, (), history)
