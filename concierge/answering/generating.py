"""Answers that a model writes from the sources, past the guard.

Who cannot, or has too many in line, is followed by the other model and by the staff's own words.
Once a guest has read a model's words nobody takes over: what is missing is marked as missing.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from functools import partial
from typing import cast

from concierge.answering import handing_over, models, phrases, quoting
from concierge.answering.answer import Answer, Asked
from concierge.answering.models import Model
from concierge.answering.understanding import Understood
from concierge.answering.values import values_of
from faq.models import Faq
from llm.base import Completion, ModelError, Question, Tone
from llm.guard import SentenceGuard
from llm.prompts import CANARY
from retrieval.ranking import Hit
from retrieval.search import Result

logger = logging.getLogger(__name__)


async def generate(
    asked: Asked, answer: Answer, understood: Understood, result: Result
) -> AsyncGenerator[str, None]:
    for model, hits in _models(asked, answer, result):
        answer.route, answer.model = model.way, model.model_id
        question = question_for_model(asked, answer, understood, hits)
        quoting.note_language(answer, hits[0], foreign="api")
        try:
            async with aclosing(_in_time(asked, answer, question, model, hits)) as pieces:
                async for piece in pieces:
                    yield piece
        except ModelError as error:
            logger.warning("The %s model could not answer: %s", model.way, error.reason)
            answer.note_fallback(model.way, error.reason)
        if answer.text:
            return
        if answer.seconds_left <= 0:
            break
    answer.route, answer.reason, answer.model = "curated", "model_failed", ""
    yield quoting.best_source(asked, answer, result.grounds[0])


def question_for_model(
    asked: Asked, answer: Answer, understood: Understood, hits: Sequence[Hit]
) -> Question:
    """What was said before goes along only where the question leans on it."""
    return Question(
        text=asked.text,
        language=answer.language,
        property_name=asked.property.name,
        sources=tuple(quoting.source_of(hit, answer.language) for hit in hits),
        history=tuple(asked.history[-1:]) if understood.is_follow_up else (),
        tone=cast(Tone, asked.property.tone),
    )


def _models(asked: Asked, answer: Answer, result: Result) -> Iterator[tuple[Model, Sequence[Hit]]]:
    """Who may write this answer and from what, whom the router chose first."""
    for way in ("api", "local") if answer.route == "api" else ("local", "api"):
        if way == "api":
            model, hits = models.api(asked.property), result.grounds
        else:
            model, hits = models.local(answer.language), _for_local(answer, result)
        if model is not None and hits:
            yield model, hits


def _for_local(answer: Answer, result: Result) -> tuple[Hit, ...]:
    """Prices and hours are not for the small model to tell, and it does not translate."""
    best = result.grounds[0]
    read = tuple(
        hit for hit in result.grounds if quoting.written(hit, answer.language) != "foreign"
    )
    return read if best.kind == Faq.kind and best in read else ()


async def _in_time(
    asked: Asked, answer: Answer, question: Question, model: Model, hits: Sequence[Hit]
) -> AsyncGenerator[str, None]:
    """Its clock stands still while a piece is read: an answer is late, and never its reader."""
    async with aclosing(_write(asked, answer, question, model, hits)) as pieces:
        while True:
            try:
                async with asyncio.timeout(answer.seconds_left):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise ModelError(
                    f"The {model.way} model had no time left",
                    permanent=False,
                    reason="stalled" if answer.text else "timeout",
                ) from None
            yield piece


async def _write(
    asked: Asked, answer: Answer, question: Question, model: Model, hits: Sequence[Hit]
) -> AsyncGenerator[str, None]:
    line = partial(phrases.only_in, language=answer.language)
    # A strong model may well see that the source is about another thing.
    certain = model.way == "local" and hits[0].answers >= values_of(asked.property).sure
    guard = SentenceGuard(question, CANARY, line, certain)
    stream = model.stream(question)
    try:
        with answer.timed("generate"):
            async with stream, aclosing(guard.follow(stream)) as words:
                async for word in words:
                    if not (model.way == "local" and guard.said_unknown):
                        yield word
        _note_completion(answer, stream.completion)
    finally:
        _note_cost(answer, model, *stream.tokens)
        _note_guard(answer, guard)
        quoting.cite(answer, [hits[index] for index in guard.used])
    if guard.said_unknown:
        # It said that it does not know: then somebody has to.
        if model.way == "local":
            async with aclosing(_unknown(asked, answer, hits[0])) as pieces:
                async for piece in pieces:
                    yield piece
        else:
            handing_over.call_staff(asked, answer, "unanswerable")


async def _unknown(asked: Asked, answer: Answer, nearest: Hit) -> AsyncGenerator[str, None]:
    """In better words than a small model's, and with what the staff wrote that is nearest."""
    async with aclosing(handing_over.words(asked, answer, "unanswerable")) as pieces:
        async for piece in pieces:
            yield piece
    staffs_words = quoting.best_source(asked, answer, nearest)
    yield f"\n{phrases.perhaps(answer.language)} {staffs_words}"


def _note_completion(answer: Answer, completion: Completion) -> None:
    answer.timings_ms["queue"] = round(completion.queue_ms, 3)
    answer.trace["finish"] = completion.finish
    if completion.cut:
        answer.trace["cut"] = {"sources_shown": completion.sources_used}
    answer.status = "complete" if completion.finish == "stop" else "incomplete"


def _note_cost(answer: Answer, model: Model, prompt_tokens: int, completion_tokens: int) -> None:
    """Of every model that was asked: the first one's failure may have cost something, too."""
    cost = model.cost(prompt_tokens, completion_tokens)
    answer.prompt_tokens += prompt_tokens
    answer.completion_tokens += completion_tokens
    answer.cost += cost
    answer.trace.setdefault("asked", []).append(
        {"way": model.way, "prompt": prompt_tokens, "completion": completion_tokens}
    )


def _note_guard(answer: Answer, guard: SentenceGuard) -> None:
    answer.trace["guard"] = {
        "checked": guard.checked,
        "replaced": guard.replaced,
        "failures": list(guard.failures),
    }
