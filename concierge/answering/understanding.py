"""What a guest's words ask for, as far as the words alone tell: without asking any server."""

import asyncio
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
    own where that is known already. `parts` are the single messages of a turn that asks several
    things, each read by itself; none of a turn that does not.

    At most one is set of `danger` ("" where it is not known which), `person`, which says why a
    person is needed at once, and `talk`, which names what asks nothing. `in_doubt`: it may be a
    danger. `states_need`: it says what a guest needs, and asks nothing.
    """

    message: Message
    language: str
    text: str
    parts: Sequence[Message] = ()
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
    parts = await _parts(asked, message, language)
    replies = _reply_to_danger(asked)
    # A danger that only one of the parts tells of is the whole turn's, and comes first.
    dangers = [each.danger for each in (message, *parts) if each.danger]
    danger: Danger | Literal[""] | None = dangers[0] if dangers else None
    if danger is None and replies == "yes_call":
        danger = ""
    return Understood(
        message,
        language,
        text=in_a_talk(asked.history[-1].question, asked.text) if leans else asked.text,
        parts=parts,
        is_follow_up=leans,
        vector=None if leans else message.vector,
        danger=danger,
        person="unanswerable" if message.gives_orders else message.wish,
        talk="chitchat" if replies == "no_danger" else _talk(asked, message),
        in_doubt=any(each.in_doubt for each in (message, *parts)),
        states_need=message.states_need,
    )


async def _parts(asked: Asked, message: Message, language: str) -> list[Message]:
    if asked.is_part or not message.several:
        return []
    texts = parts_of(asked.text, language)
    return list(await asyncio.gather(*map(read, texts))) if len(texts) > 1 else []


def _talk(asked: Asked, message: Message) -> Talk | None:
    """Beside questions, what is chatted of is looked up as well, so that none is passed over."""
    return None if asked.is_part and message.talk == "chitchat" else message.talk


def detect_language(asked: Asked) -> str:
    """One that the concierge or the property speaks. A short "ok?" is in the property's own."""
    known = {*CATALOGUE, *asked.property.spoken_languages}
    return languages.detect(asked.text, known, asked.property.language)


def _reply_to_danger(asked: Asked) -> str | None:
    """ "yes_call" or "no_danger", to what the concierge asked back the turn before."""
    said_before = asked.history[-1].answer if asked.history else ""
    for sentences in CATALOGUE.values():
        if said_before.startswith(sentences["in_danger"]):
            for reply in ("yes_call", "no_danger"):
                if asked.text == sentences[reply]:
                    return reply
    return None
