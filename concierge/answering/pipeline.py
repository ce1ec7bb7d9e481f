"""The way of one question, from the guest's words to the answer's last token.

Chat, API and `manage.py ask` all come through here; `manage.py evaluate` takes its first half, up
to what was found.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from django.db import InterfaceError, OperationalError

from concierge.answering import handing_over, quoting
from concierge.answering.answer import Answer, Asked, Event
from concierge.answering.deciding import decide_way
from concierge.answering.finding import Found, find, keep
from concierge.answering.generating import generate
from concierge.answering.understanding import Understood, understand
from concierge.telemetry.record import record
from llm.base import Turn
from llm.privacy import log_error

logger = logging.getLogger(__name__)


async def collect(asked: Asked) -> Answer:
    """The whole answer at once."""
    answer = Answer()
    async for _ in respond(asked, answer):
        pass
    return answer


async def respond(asked: Asked, answer: Answer) -> AsyncGenerator[Event, None]:
    """Answer step by step; `answer` grows with every event and outlives a cancellation."""
    try:
        async with aclosing(_events(asked, answer)) as events:
            async for event in events:
                yield event
        for each in (answer, *answer.parts):
            await keep(each)
    except asyncio.CancelledError:
        if answer.status != "complete":
            answer.status = "stopped"
        raise
    except Exception:
        answer.status = "failed"
        raise
    finally:
        answer.note_time("total")
        record(asked, answer)


async def _events(asked: Asked, answer: Answer) -> AsyncGenerator[Event, None]:
    """In danger the number to call follows the first words, before anything else is tried."""
    called: Event | None = None
    async with aclosing(_words(asked, answer)) as pieces:
        async for piece in pieces:
            answer.note_time("first_token")
            answer.text += piece
            yield Event("token", {"text": piece})
            if not called and answer.handoff and answer.handoff["urgent"]:
                called = Event("handoff", answer.handoff)
                yield called
    for event in _what_goes_with_it(answer):
        if event != called:
            yield event


async def _words(asked: Asked, answer: Answer) -> AsyncGenerator[str, None]:
    understood = await understand(asked, answer)
    if understood.small_talk and not understood.handoff:
        yield quoting.small_talk(asked, answer, understood.small_talk)
        return
    person = understood.handoff
    found = None if person else await _find_in_time(asked, answer, understood)
    if found is None:
        async with aclosing(handing_over.words(asked, answer, person or "unanswerable")) as pieces:
            async for piece in pieces:
                yield piece
    elif found.reply is not None:
        yield quoting.menus(asked, answer, found.reply)
    elif understood.asks_several:
        async with aclosing(_one_by_one(asked, answer, understood.questions)) as pieces:
            async for piece in pieces:
                yield piece
    else:
        async with aclosing(_decided(asked, answer, understood, found)) as pieces:
            async for piece in pieces:
                yield piece


async def _find_in_time(asked: Asked, answer: Answer, understood: Understood) -> Found | None:
    """None where Postgres does not answer while the guest waits: then a person has to."""
    try:
        return await find(asked, answer, understood)
    except (TimeoutError, OperationalError, InterfaceError) as error:
        log_error(logger, "Nothing could be looked up in time", error)
        answer.note_fallback("search", "timeout" if answer.seconds_left <= 0 else "refused")
        return None


async def _decided(
    asked: Asked, answer: Answer, understood: Understood, found: Found
) -> AsyncGenerator[str, None]:
    decision = decide_way(asked, answer, understood, found)
    answer.route, answer.reason = decision
    if decision.way == "handoff":
        async with aclosing(handing_over.words(asked, answer, decision.reason)) as pieces:
            async for piece in pieces:
                yield piece
    elif decision.way == "cached" and found.cached:
        yield quoting.cached(answer, found.cached)
    elif found.result and decision.way == "curated":
        yield quoting.best_source(asked, answer, found.result.grounds[0])
    elif found.result:
        async with aclosing(generate(asked, answer, understood, found.result)) as pieces:
            async for piece in pieces:
                yield piece
        answer.asked_as, answer.slot = understood.text, found.result.slot


async def _one_by_one(
    asked: Asked, answer: Answer, questions: Sequence[str]
) -> AsyncGenerator[str, None]:
    """Each of several questions in its own best way, so that none is dropped.

    Each knows the whole turn (an allergy that was named in it) and leans on the one before.
    """
    history = [Turn(asked.text, ""), *asked.history]
    for question in questions:
        part = Answer(span=answer.span, started=answer.started)
        one = replace(asked, text=question, language=answer.language, history=tuple(history))
        async with aclosing(_words(one, part)) as pieces:
            async for piece in pieces:
                yield piece if part.text or not answer.parts else f"\n{piece}"
                part.text += piece
        answer.take_in(part)
        history.append(part.turn(question))


def _what_goes_with_it(answer: Answer) -> Iterator[Event]:
    if answer.sources:
        yield Event("sources", {"sources": answer.sources})
    if answer.cards:
        yield Event("cards", {"cards": answer.cards})
    if answer.handoff:
        yield Event("handoff", answer.handoff)
