"""What a guest's words ask for, as far as the words alone tell: without any I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from concierge.answering.answer import Answer, Asked
from concierge.answering.catalogue import CATALOGUE
from llm.followup import in_context
from reading import person, safety, smalltalk
from reading.injection import looks_like_injection
from reading.shape import Shape, questions_of, shape_of
from reading.smalltalk import SmallTalk
from retrieval import language as languages


@dataclass(frozen=True)
class Understood:
    """`text` is the question made to stand alone, `questions` the single ones that it asks;
    `small_talk` names what asks nothing, `handoff` says why a person is needed at once."""

    text: str
    questions: Sequence[str]
    is_follow_up: bool
    shape: Shape
    small_talk: SmallTalk | None = None
    handoff: str | None = None

    @property
    def asks_several(self) -> bool:
        return len(self.questions) > 1


def understand(asked: Asked, answer: Answer) -> Understood:
    """Also notes the language and the danger in `answer`: safety comes before everything."""
    with answer.timed("understand"):
        answer.language = asked.language or detect_language(asked)
        text = in_context(asked.text, asked.history, answer.language)
        return Understood(
            text=text,
            questions=questions_of(asked.text, answer.language),
            is_follow_up=text != asked.text,
            shape=shape_of(asked.text, answer.language),
            small_talk=smalltalk.kind(asked.text),
            handoff=_needs_a_person(asked, answer),
        )


def detect_language(asked: Asked) -> str:
    """One that the concierge or the property speaks. A short "ok?" is in the property's own."""
    known = {*CATALOGUE, *asked.property.spoken_languages}
    return languages.detect(asked.text, known, asked.property.language)


def _needs_a_person(asked: Asked, answer: Answer) -> str | None:
    if danger := safety.detect(asked.text):
        answer.trace["danger"] = danger
        return "safety"
    if reason := person.wants(asked.text):
        return reason
    if looks_like_injection(asked.text):
        answer.trace["injection"] = True
        return "unanswerable"
    return None
