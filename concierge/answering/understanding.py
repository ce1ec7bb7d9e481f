"""What a guest's words ask for, as far as the words alone tell: without asking any server."""

from collections.abc import Sequence
from dataclasses import dataclass

from concierge.answering.answer import Answer, Asked
from concierge.answering.catalogue import CATALOGUE
from concierge.threads import read
from encoder import Vector
from llm.followup import in_context
from reading.message import Message, Talk
from reading.shape import Shape, questions_of, shape_of
from retrieval import language as languages


@dataclass(frozen=True)
class Understood:
    """`text` is the question made to stand alone, with its `vector` where that is known already;
    `questions` are the single ones that it asks; `small_talk` names what asks nothing, `handoff`
    says why a person is needed at once."""

    text: str
    questions: Sequence[str]
    is_follow_up: bool
    shape: Shape
    vector: Vector | None = None
    small_talk: Talk | None = None
    handoff: str | None = None

    @property
    def asks_several(self) -> bool:
        return len(self.questions) > 1


async def understand(asked: Asked, answer: Answer) -> Understood:
    """Also notes the language and the danger in `answer`: safety comes before everything."""
    with answer.timed("understand"):
        message = asked.message or await read(asked.text)
        answer.language = asked.language or detect_language(asked)
        text = in_context(asked.text, asked.history, answer.language)
        return Understood(
            text=text,
            questions=questions_of(asked.text, answer.language),
            is_follow_up=text != asked.text,
            shape=shape_of(asked.text, answer.language),
            vector=message.vector if text == asked.text else None,
            small_talk=message.talk,
            handoff=_needs_a_person(message, answer),
        )


def detect_language(asked: Asked) -> str:
    """One that the concierge or the property speaks. A short "ok?" is in the property's own."""
    known = {*CATALOGUE, *asked.property.spoken_languages}
    return languages.detect(asked.text, known, asked.property.language)


def _needs_a_person(message: Message, answer: Answer) -> str | None:
    if message.danger:
        answer.trace["danger"] = message.danger
        return "safety"
    if message.gives_orders:
        answer.trace["injection"] = True
        return "unanswerable"
    if message.request:
        answer.trace["request"] = message.request
    return message.wish
