"""What a guest's words ask for, as far as the words alone tell: without asking any server."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from concierge.answering.answer import Asked
from concierge.answering.catalogue import CATALOGUE
from concierge.threads import read
from encoder import Vector, in_a_talk
from reading.message import Danger, Message, Talk
from reading.parts import parts_of
from retrieval import language as languages

Person = Literal["asked_for", "complaint", "request", "unanswerable"]


@dataclass(frozen=True)
class Understood:
    """`text` is what is searched: the question, behind the one that it leans on; `vector` is its
    own where that is known already. `parts` are the single questions that it asks.

    At most one is set of `danger` ("" where it is not known which), `person`, which says why a
    person is needed at once, and `talk`, which names what asks nothing. `in_doubt`: it may be a
    danger. `states_need`: it says what a guest needs, and asks nothing.
    """

    message: Message
    language: str
    text: str
    parts: Sequence[str]
    is_follow_up: bool = False
    vector: Vector | None = None
    danger: Danger | Literal[""] | None = None
    person: Person | None = None
    talk: Talk | None = None
    in_doubt: bool = False
    states_need: bool = False

    @property
    def asks_several(self) -> bool:
        return len(self.parts) > 1


async def understand(asked: Asked) -> Understood:
    """Safety comes before everything: danger, then a person wanted, then all else."""
    message = asked.message or await read(asked.text)
    language = asked.language or detect_language(asked)
    leans = message.leans and bool(asked.history)
    is_whole = asked.is_part or not message.several
    danger: Danger | Literal[""] | None = message.danger
    if danger is None and _says_yes_to_danger(asked):
        danger = ""
    return Understood(
        message,
        language,
        text=in_a_talk(asked.history[-1].question, asked.text) if leans else asked.text,
        parts=[asked.text] if is_whole else parts_of(asked.text, language),
        is_follow_up=leans,
        vector=None if leans else message.vector,
        danger=danger,
        person="unanswerable" if message.gives_orders else message.wish,
        talk=_talk(asked, message),
        in_doubt=message.in_doubt,
        states_need=message.states_need,
    )


def _talk(asked: Asked, message: Message) -> Talk | None:
    """Beside questions, what is chatted of is looked up as well, so that none is passed over."""
    return None if asked.is_part and message.talk == "chitchat" else message.talk


def detect_language(asked: Asked) -> str:
    """One that the concierge or the property speaks. A short "ok?" is in the property's own."""
    known = {*CATALOGUE, *asked.property.spoken_languages}
    return languages.detect(asked.text, known, asked.property.language)


def _says_yes_to_danger(asked: Asked) -> bool:
    """To what the concierge asked back the turn before."""
    if not asked.history:
        return False
    said_before = asked.history[-1].answer
    return any(
        asked.text == sentences["yes_call"] and said_before.startswith(sentences["in_danger"])
        for sentences in CATALOGUE.values()
    )
