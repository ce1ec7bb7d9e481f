"""The way of one question, from the guest's words to the answer's last token.

Chat, API, `manage.py ask` and `manage.py evaluate` all come through here, so what is measured is
what guests get.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from concierge.answering import handing_over, quoting
from concierge.answering.answer import Answer, Asked, Event
from concierge.answering.deciding import decide_way
from concierge.answering.finding import find, keep
from concierge.answering.generating import generate
from concierge.answering.understanding import understand
from concierge.telemetry.record import record


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
    except asyncio.CancelledError:
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
        yield handing_over.words(asked, answer, understood.handoff)
        return
    found = await find(asked, answer, understood)
    if found.reply is not None:
        yield quoting.menus(asked, answer, found.reply)
        return
    decision = decide_way(asked, answer, understood, found)
    answer.route, answer.reason = decision
    if decision.way == "handoff":
        yield handing_over.words(asked, answer, decision.reason)
    elif decision.way == "cached" and found.cached:
        yield quoting.cached(answer, found.cached)
    elif found.result and decision.way == "curated":
        yield quoting.best_source(asked, answer, found.result.grounds[0])
    elif found.result:
        async with aclosing(generate(asked, answer, understood, found.result)) as pieces:
            async for piece in pieces:
                yield piece
        await keep(answer, understood, found.result)


def _what_goes_with_it(answer: Answer) -> Iterator[Event]:
    if answer.sources:
        yield Event("sources", {"sources": answer.sources})
    if answer.cards:
        yield Event("cards", {"cards": answer.cards})
    if answer.handoff:
        yield Event("handoff", answer.handoff)
