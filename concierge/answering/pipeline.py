"""The way of one question, from the guest's words to the answer's last token.

understand → find → decide → say, or let a model write. Each step takes and returns values, and only
what stands here writes the `Answer`. Chat, API and commands all come through here.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import replace

from django.db import InterfaceError, OperationalError

from concierge.answering import handing_over, phrases, quoting
from concierge.answering.answer import Answer, Asked, Event, Said, texts_of
from concierge.answering.evidence import evidence_of, policy_of
from concierge.answering.finding import Found, find, keep
from concierge.answering.generating import Writing
from concierge.answering.understanding import Understood, understand
from concierge.telemetry.record import record
from llm.base import Turn
from llm.privacy import log_error
from llm.router import Decision, decide, difficulty

logger = logging.getLogger(__name__)
Words = AsyncGenerator[str, None]


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
    except (asyncio.CancelledError, GeneratorExit):
        if answer.status != "complete":
            answer.status = "stopped"
        raise
    except Exception:
        answer.status = "failed"
        raise
    finally:
        answer.watch.note("total")
        record(asked, answer)


async def _events(asked: Asked, answer: Answer) -> AsyncGenerator[Event, None]:
    at_once: Event | None = None
    async with aclosing(_words(asked, answer)) as pieces:
        async for piece in pieces:
            answer.watch.note("first_token")
            answer.text += piece
            yield Event("token", {"text": piece})
            if not at_once and (event := _at_once(answer)):
                at_once = event
                yield event
    for event in _what_goes_with_it(answer):
        if event != at_once:
            yield event


def _at_once(answer: Answer) -> Event | None:
    """The number to call, or whether somebody is in danger, follows the first words."""
    if answer.handoff and answer.handoff["urgent"]:
        return Event("handoff", answer.handoff)
    if any(each["type"] == "reply" for each in answer.choices):
        return Event("choices", {"choices": list(answer.choices)})
    return None


async def _words(asked: Asked, answer: Answer) -> Words:
    with answer.watch.timed("understand"):
        understood = await understand(asked)
    _note_understood(answer, understood)
    words = _in_danger if understood.danger is not None else _in_peace
    async with aclosing(words(asked, answer, understood)) as pieces:
        async for piece in pieces:
            yield piece


async def _in_danger(asked: Asked, answer: Answer, understood: Understood) -> Words:
    """Whom to call comes before anything is tried; that staff was told, only after it was."""
    house, language = asked.property, understood.language
    handoff = handing_over.contact_of(house, phrases.DANGER)
    answer.take(Said("", "handoff", phrases.DANGER, status="incomplete", handoff=handoff))
    yield phrases.danger(language, house, understood.danger or None)
    told = await handing_over.tell(asked, handoff)
    answer.status = "complete"
    yield phrases.joint(language) + phrases.handoff(phrases.DANGER, language, house, told=told)


async def _in_peace(asked: Asked, answer: Answer, understood: Understood) -> Words:
    house, language = asked.property, understood.language
    asks_back = understood.in_doubt and not asked.is_part
    if asks_back:
        answer.choices = phrases.yes_or_no(language)
        yield f"{phrases.in_danger(language)}\n"
    if understood.person:
        request = understood.message.request
        yield _say(answer, await handing_over.to_staff(asked, understood.person, language, request))
    elif understood.talk:
        yield _say(answer, quoting.small_talk(understood.talk, language, house))
    else:
        async with aclosing(_looked_up(asked, answer, understood)) as pieces:
            async for piece in pieces:
                yield piece
    if asks_back:
        answer.choices = [*phrases.yes_or_no(language), *answer.choices]


async def _looked_up(asked: Asked, answer: Answer, understood: Understood) -> Words:
    found = await _find_in_time(asked, answer, understood)
    if found is None:
        yield _say(answer, await handing_over.to_staff(asked, "unanswerable", understood.language))
        return
    _note_found(answer, understood, found)
    if found.reply is not None:
        yield _say(answer, quoting.menus(found.reply, asked.property))
        return
    words = _one_by_one if understood.asks_several else _decided
    async with aclosing(words(asked, answer, understood, found)) as pieces:
        async for piece in pieces:
            yield piece


async def _find_in_time(asked: Asked, answer: Answer, understood: Understood) -> Found | None:
    """None where Postgres does not answer while the guest waits: then a person has to."""
    try:
        return await find(asked, understood, answer.watch)
    except (TimeoutError, OperationalError, InterfaceError) as error:
        log_error(logger, "Nothing could be looked up in time", error)
        reason = "timeout" if answer.watch.seconds_left <= 0 else "refused"
        answer.trace.fallbacks.append({"from": "search", "reason": reason})
        return None


async def _decided(asked: Asked, answer: Answer, understood: Understood, found: Found) -> Words:
    with answer.watch.timed("route"):
        evidence = evidence_of(asked, understood, found)
        decision = decide(evidence, policy_of(asked.property, understood.language))
        answer.trace.difficulty = round(difficulty(evidence), 4)
    if decision.way in {"local", "api"} and found.result:
        writing = Writing(asked, understood, found.result, decision, answer.watch)
        async with aclosing(_written(answer, writing)) as pieces:
            async for piece in pieces:
                yield piece
        # The staff's own words need no keeping, and whether somebody is in danger is no one else's.
        if answer.model and not understood.in_doubt:
            answer.asked_as, answer.slot = understood.text, found.result.slot
    else:
        yield _say(answer, await _said(asked, understood, found, decision))


async def _said(asked: Asked, understood: Understood, found: Found, decision: Decision) -> Said:
    """Words that stand already."""
    house, language = asked.property, understood.language
    if decision.way == "cached" and found.cached:
        return quoting.cached(found.cached)
    is_sure = decision.way == "curated" and decision.reason != "nearest"
    if asked.is_part and not understood.message.asks and not is_sure:
        return Said("", "curated", "need")  # It tells something beside what is asked.
    if understood.states_need and not is_sure:
        return quoting.noted(language, house)
    if decision.way == "handoff" or found.result is None:
        return await handing_over.to_staff(asked, decision.reason, language)
    if is_sure:
        return quoting.best_source(found.result.hits[0], language, house, decision.reason)
    return quoting.nearest(found.result.hits, language, house, decision.reason)


async def _written(answer: Answer, writing: Writing) -> Words:
    """Also where the guest stops it half-way, what it has cost so far is the answer's."""
    try:
        async with aclosing(writing.pieces()) as pieces:
            async for piece in pieces:
                answer.take(writing.said)
                yield piece
    finally:
        answer.take(writing.said)
        answer.prompt_tokens += writing.prompt_tokens
        answer.completion_tokens += writing.completion_tokens
        answer.cost += writing.cost
        answer.trace.fallbacks += writing.fallbacks
        answer.trace.asked += writing.tokens
        answer.trace.guard, answer.trace.cut = writing.guard, writing.cut
        answer.trace.finish = writing.finish


async def _one_by_one(asked: Asked, answer: Answer, understood: Understood, found: Found) -> Words:
    """Each of several questions in its own best way, so that none is dropped and nothing is said
    twice.

    Each knows the whole turn (an allergy that was named in it) and leans on the one before. What
    only tells something is passed over where nothing answers it.
    """
    history = [Turn(asked.text, ""), *asked.history]
    for message in understood.parts:
        part = Answer(watch=answer.watch.of_a_part())
        one = replace(
            asked,
            text=message.text,
            language=understood.language,
            history=tuple(history),
            message=message,
            is_part=True,
        )
        try:
            async with aclosing(_words(one, part)) as pieces:
                async for piece in pieces:
                    if part.text or (piece and _is_news(part, answer)):
                        starts = part.text or not answer.text or answer.text.endswith("\n")
                        part.text += piece
                        yield piece if starts else f"\n{piece}"
        finally:
            if part.text:
                answer.take_in(part)
        if part.handoff and part.reason == "allergen_unknown":
            await handing_over.tell(one, part.handoff)
        history.append(part.turn(message.text))
    if not answer.parts:
        yield _say(answer, await handing_over.to_staff(asked, "unanswerable", understood.language))
    elif all(each.status == "complete" for each in answer.parts):
        answer.status = "complete"


def _is_news(part: Answer, whole: Answer) -> bool:
    """Whether the words of `part`, about to be said, are not said yet: the staff's own words on the
    same text were. Small talk beside questions is passed over."""
    said = [texts_of(each.sources) for each in whole.parts if not each.model]
    is_said = bool(part.sources) and not part.model and texts_of(part.sources) in said
    return not is_said and part.reason != "small_talk"


def _say(answer: Answer, said: Said) -> str:
    answer.take(said)
    return said.text


def _note_understood(answer: Answer, understood: Understood) -> None:
    message = understood.message
    answer.language = understood.language
    answer.trace.danger = understood.danger or ""
    answer.trace.request = message.request or ""
    answer.trace.injection = message.gives_orders


def _note_found(answer: Answer, understood: Understood, found: Found) -> None:
    answer.menu = found.reply is not None
    if found.cached:
        answer.trace.cache = "vector" if found.result else "exact"
    elif found.result and not understood.is_follow_up:
        answer.trace.cache = "miss"
    if found.result:
        answer.trace.scores = [round(hit.score, 4) for hit in found.result.hits]
        answer.trace.answers = [round(hit.answers, 4) for hit in found.result.hits]


def _what_goes_with_it(answer: Answer) -> Iterator[Event]:
    if answer.sources:
        yield Event("sources", {"sources": answer.sources})
    if answer.cards:
        yield Event("cards", {"cards": answer.cards})
    if answer.choices:
        yield Event("choices", {"choices": answer.choices})
    if answer.handoff:
        yield Event("handoff", answer.handoff)
