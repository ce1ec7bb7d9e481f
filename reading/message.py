"""A guest's message as its words alone tell what it is: a danger, a wish, small talk; whether it
leans on the one before, and whether it asks several things.

Danger is what is exact (danger_phrases.py) or what the heads find: whichever speaks alarms. Without
the model the exact phrases still do, so a damaged file takes understanding, not safety.
"""

import logging
from dataclasses import dataclass
from typing import Literal, TypeVar

from encoder import EncoderError, Vector, encoder
from reading import danger_phrases
from reading.heads import heads
from reading.injection import looks_like_injection
from reading.parts import asks_twice

logger = logging.getLogger(__name__)
L = TypeVar("L", bound=str)

Danger = Literal["fire", "medical", "threat", "trapped", "self_harm", "allergic_reaction"]
Wish = Literal["asked_for", "complaint", "request"]
Talk = Literal["greeting", "thanks", "bye", "identity", "abilities", "language", "chitchat"]

DANGERS: tuple[Danger, ...] = (
    "fire", "medical", "threat", "trapped", "self_harm", "allergic_reaction",
)  # fmt: skip
TALK: tuple[Talk, ...] = (
    "greeting", "thanks", "bye", "identity", "abilities", "language", "chitchat",
)  # fmt: skip

ASKING = ("question", "menu")
HALF, HARDLY = 0.5, 0.05
REQUEST = "request:"
"""How the lanes of requests begin."""
LONG, FEW_SIGNS = 20, 4
"""So many characters of so few kinds are a finger on a key: nothing was ever learned of them."""


@dataclass(frozen=True)
class Message:
    """`vector` of shape (DIMENSIONS,) and length 1 is None where the model cannot be used. Of
    danger, wish, orders and talk at most one is set: the most urgent. `request` names what is asked
    for ("towels") where the wish is a request. `leans` on what was said before ("and on Sunday?"),
    asks `several` things at once; `asks` at all, and does not only tell; `states_need`, as "we come
    with a baby" does. `in_doubt`: it may be a danger, so the guest is asked.
    `may_be_about_food` unless it surely asks of something else."""

    text: str
    vector: Vector | None = None
    danger: Danger | None = None
    wish: Wish | None = None
    request: str | None = None
    talk: Talk | None = None
    gives_orders: bool = False
    leans: bool = False
    several: bool = False
    asks: bool = True
    states_need: bool = False
    in_doubt: bool = False
    may_be_about_food: bool = True


def read(text: str) -> Message:
    """5 ms on one core: not for the event loop."""
    exact = danger_phrases.detect(text)
    if len(text) > LONG and len(set(text)) < FEW_SIGNS:
        return Message(text, danger=exact)
    try:
        vector = encoder().question(text)
        ours = heads()
        chances, cuts = ours.chances(vector), ours.cuts
    except EncoderError as error:
        logger.error("Messages are read by their exact phrases only: %s", error)
        return Message(text, danger=exact, gives_orders=looks_like_injection(text))

    def is_one_of(lanes: tuple[str, ...], cut: str) -> bool:
        return sum(chances[lane] for lane in lanes) >= cuts[cut]

    if is_one_of(DANGERS, "danger"):
        return Message(text, vector, danger=_likeliest(DANGERS, chances))
    if exact:
        return Message(text, vector, danger=exact)
    doubt = is_one_of(DANGERS, "doubt")
    if is_one_of(("person",), "person"):
        return Message(text, vector, wish="asked_for", in_doubt=doubt)
    if is_one_of(("complaint",), "complaint"):
        return Message(text, vector, wish="complaint", in_doubt=doubt)
    if looks_like_injection(text):
        return Message(text, vector, gives_orders=True)
    requests = tuple(lane for lane in chances if lane.startswith(REQUEST))
    if is_one_of(requests, "request"):
        wanted = _likeliest(requests, chances).removeprefix(REQUEST)
        return Message(text, vector, wish="request", request=wanted, in_doubt=doubt)
    asks = sum(chances[lane] for lane in ASKING)
    if is_one_of(TALK, "talk") and asks < HALF:
        talk = _likeliest(TALK, chances)
        return Message(text, vector, talk=talk, asks=False, in_doubt=doubt)
    return Message(
        text,
        vector,
        leans=chances["leans"] >= cuts["leans"],
        several=chances["several"] >= cuts["several"] or asks_twice(text),
        asks=asks >= HALF,
        states_need=is_one_of(("stated_need",), "need"),
        in_doubt=doubt,
        may_be_about_food=chances["menu"] >= HARDLY,
    )


def _likeliest(lanes: tuple[L, ...], chances: dict[str, float]) -> L:
    return max(lanes, key=lambda each: chances[each])
