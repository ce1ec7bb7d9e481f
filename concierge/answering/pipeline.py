"""The way of one question, from the guest's words to the answer's last token.

Chat, API and `manage.py ask` all come through here; `manage.py evaluate` takes its first half, up
to what was found.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from concierge.answering import handing_over, quoting
from concierge.answering.answer import Answer, Asked, Event
from concierge.answering.deciding import decide_way
from concierge.answering.finding import find, keep
from concierge.answering.generating import generate
from concierge.answering.understanding import understand
from concierge.telemetry.record import record
from llm.base import Turn


async def collect(asked: Asked) -> Answer:
    """The whole answer at once."""
    answer = Answer()
    async for _ in respond(asked, answer):
        pass
    return answer


async def respond(asked: Asked, answer: Answer) -> AsyncGenerator[Event, None]:
    """Answer step by step; `answer` grows with every event and outlives a cancellation."""
    try:
        async with aclosing(_words(asked, answer)) as pieces:
            async for piece in pieces:
                answer.note_time("first_token")
                answer.text += piece
                yield Event("token", {"text": piece})
        for event in _what_goes_with_it(answer):
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


async def _words(asked: Asked, answer: Answer) -> AsyncGenerator[str, None]:
    understood = understand(asked, answer)
    if understood.handoff:
        yield await handing_over.words(asked, answer, understood.handoff)
        return
    if understood.small_talk:
        yield quoting.small_talk(asked, answer, understood.small_talk)
        return
    found = await find(asked, answer, understood)
    if found.reply is not None:
        yield quoting.menus(asked, answer, found.reply)
        return
    if understood.asks_several:
        async with aclosing(_one_by_one(asked, answer, understood.questions)) as pieces:
            async for piece in pieces:
                yield piece
        return
    decision = decide_way(asked, answer, understood, found)
    answer.route, answer.reason = decision
    if decision.way == "handoff":
        yield await handing_over.words(asked, answer, decision.reason)
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
