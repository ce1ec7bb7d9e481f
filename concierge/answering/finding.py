"""What the house knows of a question: its menus by query, an answer given before, its content.

One hop to a thread, and one round trip to Postgres whichever of the three it is. Only a question
that looked like one about the menu and was not, or whose cached answer is outdated, takes two.
"""

import asyncio
import logging
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from concierge.answering.answer import Answer, Asked, Stopwatch
from concierge.answering.models import backends
from concierge.answering.understanding import Understood
from concierge.answering.values import values_of
from concierge.patience import patience
from concierge.threads import QUESTIONS, in_a_thread
from concierge.valkey import valkey
from concierge.version import __version__
from encoder import Vector
from llm.privacy import log_error
from menus import replies
from menus.replies import MenuReply
from reading.parts import asks_twice
from retrieval.cache import Cached, Key, exact, is_current, store
from retrieval.embedders import TAUGHT
from retrieval.embedders.formula import without_name
from retrieval.search import Result, search

logger = logging.getLogger(__name__)
KEEP_SECONDS = 2.0
"""The guest has the whole answer by then, and waits for the word that it is whole."""


@dataclass(frozen=True)
class Found:
    """At most one of the three; `result` alone may bring a `cached` answer with it. None of them
    where several questions are asked: each is looked up by itself."""

    reply: MenuReply | None = None
    cached: Cached | None = None
    result: Result | None = None


async def find(asked: Asked, understood: Understood, watch: Stopwatch) -> Found:
    """Raises TimeoutError, and Django's errors where Postgres is away."""
    before = None
    if not (understood.is_follow_up or understood.asks_several):
        with watch.timed("cache"):
            before = await exact(valkey(), cache_key(asked, understood.language), understood.text)
    return await in_a_thread(
        QUESTIONS, watch.seconds_left, _look_up, asked, understood, before, watch
    )


def cache_key(asked: Asked, language: str) -> Key:
    """What another release or another model would answer is another answer."""
    recipe = " ".join([__version__, *(each.model_id for each in backends())])
    return Key(asked.property.pk, asked.audience, language, recipe)


def _look_up(
    asked: Asked, understood: Understood, before: Cached | None, watch: Stopwatch
) -> Found:
    # "Vegan and without nuts?" is one question about the menu; two question marks are two.
    if not (understood.asks_several and asks_twice(asked.text)):
        with watch.timed("menus"):
            reply = _ask_the_menus(asked, understood)
        if reply is not None:
            return Found(reply=reply)
    if understood.asks_several:
        return Found()
    if before is not None and is_current(before, asked.property.pk):
        return Found(cached=before)
    result = retrieve(asked, understood)
    watch.timings_ms.update(result.timings_ms)
    return Found(cached=result.cached, result=result)


def _ask_the_menus(asked: Asked, understood: Understood) -> MenuReply | None:
    last = asked.history[-1].topics if asked.history else ()
    said_before = [turn.question for turn in asked.history if turn.menu]
    reply = replies.reply(
        asked.property, asked.text, understood.language, timezone.now(), last, said_before
    )
    # "Do you take cards at the fish place?" holds the word for an allergen, and asks of none.
    knows_nothing = reply is not None and reply.handoff is not None and not reply.cards
    return None if knows_nothing and not understood.message.may_be_about_food else reply


def retrieve(asked: Asked, understood: Understood) -> Result:
    """The content that may answer, best first."""
    return search(
        asked.property.pk,
        understood.text,
        content_language=asked.property.language,
        property_name=asked.property.name,
        floor=values_of(asked.property).floor,
        # What leans on a conversation is that conversation's alone.
        key=None if understood.is_follow_up else cache_key(asked, understood.language),
        vector=_read_as_searched(asked, understood),
    )


def _read_as_searched(asked: Asked, understood: Understood) -> Vector | None:
    """The vector that the message was read with, where search would make the same."""
    name, text = asked.property.name, understood.text
    is_same = settings.EMBEDDER == TAUGHT and without_name(text, name) == text
    return understood.vector if is_same else None


async def keep(answer: Answer) -> None:
    """Give a whole, checked answer to whoever asks the same until the content changes.

    Not one that stood in for a model which could not answer just then, and none that calls the
    staff. The guest has the answer already, so a fault here is nobody's but ours.
    """
    for_all = answer.handoff is None and not answer.trace.fallbacks
    if answer.slot is None or answer.status != "complete" or not for_all or not answer.sources:
        return
    kept = Cached(
        answer.text, answer.sources, answer.cards, answer.model, answer.slot.content_version
    )
    try:
        with answer.watch.timed("store"), patience(KEEP_SECONDS):
            async with asyncio.timeout(KEEP_SECONDS):
                await store(valkey(), answer.slot, answer.asked_as, kept, QUESTIONS)
    except Exception as error:
        log_error(logger, "An answer could not be kept for others", error)
