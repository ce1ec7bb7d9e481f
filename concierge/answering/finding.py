"""What the house knows of a question: its menus by query, an answer given before, its content.

One hop to a thread and one round trip to Postgres, whichever of the three it is.
"""

from dataclasses import dataclass

from channels.db import database_sync_to_async
from django.utils import timezone

from concierge.answering.answer import Answer, Asked
from concierge.answering.understanding import Understood
from concierge.valkey import valkey
from menus import replies
from menus.replies import MenuReply
from retrieval import ranking
from retrieval.cache import Cached, Key, exact, is_current, store
from retrieval.search import Result, search


@dataclass(frozen=True)
class Found:
    """At most one of the three; `result` alone may bring a `cached` answer with it."""

    reply: MenuReply | None = None
    cached: Cached | None = None
    result: Result | None = None


async def find(asked: Asked, answer: Answer, understood: Understood) -> Found:
    before = None
    if not understood.is_follow_up:
        with answer.timed("cache"):
            before = await exact(valkey(), cache_key(asked, answer), understood.text)
    return await database_sync_to_async(_look_up, thread_sensitive=False)(
        asked, answer, understood, before
    )


def cache_key(asked: Asked, answer: Answer) -> Key:
    return Key(asked.property.pk, asked.audience, answer.language)


def _look_up(asked: Asked, answer: Answer, understood: Understood, before: Cached | None) -> Found:
    with answer.timed("menus"):
        reply = _ask_the_menus(asked, answer, understood)
    if reply is not None:
        return Found(reply=reply)
    if before is not None and is_current(before, asked.property.pk):
        answer.trace["cache"] = "exact"
        return Found(cached=before)
    result = retrieve(asked, answer, understood)
    answer.trace["cache"] = "vector" if result.cached else "miss"
    return Found(cached=result.cached, result=result)


def _ask_the_menus(asked: Asked, answer: Answer, understood: Understood) -> MenuReply | None:
    last = asked.history[-1].topics if asked.history else ()
    return replies.reply(asked.property, asked.text, answer.language, timezone.now(), last)


def retrieve(asked: Asked, answer: Answer, understood: Understood) -> Result:
    """The content that may answer, best first."""
    floor = asked.property.floor
    result = search(
        asked.property.pk,
        understood.text,
        guest_language=answer.language,
        content_language=asked.property.language,
        property_name=asked.property.name,
        floor=ranking.FLOOR if floor is None else floor,
        # What leans on a conversation is that conversation's alone.
        key=None if understood.is_follow_up else cache_key(asked, answer),
    )
    answer.timings_ms.update(result.timings_ms)
    answer.trace["space"] = result.space
    answer.trace["scores"] = [round(hit.score, 4) for hit in result.hits]
    answer.trace["answers"] = [round(hit.answers, 4) for hit in result.hits]
    return result


async def keep(answer: Answer, understood: Understood, result: Result) -> None:
    """Give a whole, checked answer to whoever asks the same until the content changes."""
    if result.slot is None or answer.status != "complete" or not answer.sources:
        return
    with answer.timed("store"):
        kept = Cached(
            answer.text,
            answer.sources,
            answer.cards,
            answer.route,
            answer.model,
            result.slot.content_version,
        )
        await store(valkey(), result.slot, understood.text, kept)
