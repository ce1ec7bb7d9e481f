"""The way of one question, from the guest's words to the answer's last token.

Chat, API, `manage.py ask` and `manage.py evaluate` all come through here, so what is measured is
what guests get.
"""

import logging
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from channels.db import database_sync_to_async
from django.conf import settings

from concierge.chat import phrases
from faq.models import Faq
from llm.base import Backend, ModelError, Question, Source, Stream, Turn
from llm.guard import CopyGuard
from llm.registry import get_backend
from llm.router import Decision, decide
from menus.models import Item
from properties.models import Property
from retrieval import language as languages
from retrieval.search import Hit, Result, search

logger = logging.getLogger(__name__)

Status = Literal["complete", "stopped", "incomplete", "failed"]


class Event(NamedTuple):
    """What happened: `token`, `sources` or `cards`, with the content of that frame."""

    type: Literal["token", "sources", "cards"]
    content: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A guest's question to a property. `language` is detected where nobody says it."""

    property: Property
    text: str
    language: str = ""
    history: Sequence[Turn] = ()


@dataclass
class Answer:
    """The answer as far as it has come; whole once `status` is "complete".

    `trace` holds the stages in milliseconds under "timings_ms", and what was decided from.
    """

    text: str = ""
    language: str = ""
    status: Status = "incomplete"
    route: str = ""
    reason: str = ""
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    sources: list[dict[str, Any]] = field(default_factory=list)
    cards: list[dict[str, Any]] = field(default_factory=list)
    trace: dict[str, Any] = field(default_factory=lambda: {"timings_ms": {}})

    def as_json(self) -> dict[str, Any]:
        return {
            "answer": self.text,
            "status": self.status,
            "route": self.route,
            "reason": self.reason,
            "language": self.language,
            "sources": self.sources,
            "cards": self.cards,
            "model": self.model,
            "tokens": {"prompt": self.prompt_tokens, "completion": self.completion_tokens},
            "timings_ms": self.trace["timings_ms"],
        }

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.trace["timings_ms"][stage] = _milliseconds_since(started)


async def collect(asked: Asked) -> Answer:
    """The whole answer at once."""
    answer = Answer()
    async for _ in respond(asked, answer):
        pass
    return answer


async def respond(asked: Asked, answer: Answer) -> AsyncGenerator[Event, None]:
    """Answer step by step; `answer` grows with every event and outlives a cancellation."""
    started = time.perf_counter()
    try:
        result = await database_sync_to_async(retrieve, thread_sensitive=False)(asked, answer)
        backend = get_backend(settings.LLM_BACKEND)
        decision = decide(
            grounded=bool(result.grounds),
            exact=bool(result.grounds) and result.grounds[0].kind != Faq.kind,
            model_writes_language=backend.writes(answer.language),
            model_is_remote=backend.name == "openai",
        )
        answer.route, answer.reason = decision
        async with aclosing(_speak(asked, answer, result, decision, backend)) as pieces:
            async for piece in pieces:
                answer.trace["timings_ms"].setdefault("first_token", _milliseconds_since(started))
                answer.text += piece
                yield Event("token", {"text": piece})
        if answer.sources:
            yield Event("sources", {"sources": answer.sources})
        if answer.cards:
            yield Event("cards", {"cards": answer.cards})
    finally:
        answer.trace["timings_ms"]["total"] = _milliseconds_since(started)


def retrieve(asked: Asked, answer: Answer) -> Result:
    """Detect the language and find what may answer: everything that needs a thread, in one."""
    with answer.timed("language"):
        answer.language = asked.language or languages.detect(
            asked.text,
            {*phrases.UNKNOWN, *asked.property.spoken_languages},
            asked.property.language,
        )
    result = search(
        asked.property.pk,
        asked.text,
        guest_language=answer.language,
        content_language=asked.property.language,
        property_name=asked.property.name,
    )
    answer.trace["timings_ms"] |= result.timings_ms
    answer.trace["space"] = result.space
    answer.trace["scores"] = [round(hit.score, 4) for hit in result.hits]
    return result


async def _speak(
    asked: Asked, answer: Answer, result: Result, decision: Decision, backend: Backend
) -> AsyncGenerator[str, None]:
    if decision.way == "handoff":
        answer.status = "complete"
        yield phrases.unknown(answer.language, asked.property)
    elif decision.way == "curated":
        yield _quote(asked, answer, result.grounds[0])
    else:
        async with aclosing(_generate(asked, answer, result.grounds, backend)) as pieces:
            async for piece in pieces:
                yield piece


async def _generate(
    asked: Asked, answer: Answer, grounds: Sequence[Hit], backend: Backend
) -> AsyncGenerator[str, None]:
    """The model's words. If it cannot even begin, the staff's own words answer instead."""
    question = Question(
        text=asked.text,
        language=answer.language,
        property_name=asked.property.name,
        sources=tuple(_source(hit, answer.language) for hit in grounds),
        history=tuple(asked.history),
    )
    answer.model = backend.model_id
    try:
        async with (
            backend.stream(question) as stream,
            aclosing(_guarded(answer, stream, question, backend)) as pieces,
        ):
            async for piece in pieces:
                yield piece
    except ModelError as error:
        logger.warning("%s could not answer: %s", backend.name, error)
        answer.trace["model_error"] = str(error)
        if not answer.text:
            answer.route, answer.reason = "curated", "model_failed"
            yield _quote(asked, answer, grounds[0])
        else:
            _cite(answer, grounds[:1])
        return
    completion = stream.completion
    answer.prompt_tokens = completion.prompt_tokens
    answer.completion_tokens = completion.completion_tokens
    answer.trace["timings_ms"]["queue"] = round(completion.queue_ms, 2)
    answer.trace["finish"] = completion.finish
    # What a guard lets out ends with a whole sentence, wherever the model stopped or was stopped.
    whole = backend.copies or completion.finish == "stop"
    answer.status = "complete" if whole else "incomplete"
    _cite(answer, grounds[: completion.sources_used])


async def _guarded(
    answer: Answer, stream: Stream, question: Question, backend: Backend
) -> AsyncGenerator[str, None]:
    """A model that copies is held to its source; one that writes freely is not yet checked."""
    if not backend.copies:
        async for piece in stream:
            yield piece
        return
    guard = CopyGuard(question.sources[0].text)
    async with aclosing(guard.follow(stream)) as words:
        async for word in words:
            yield word
    answer.trace["guard"] = "replaced" if guard.deviated else "passed"


def _quote(asked: Asked, answer: Answer, hit: Hit) -> str:
    """The staff's own words, in the guest's language where the staff wrote them in it."""
    answer.status = "complete"
    _cite(answer, [hit])
    source = _source(hit, answer.language)
    if hit.kind == Faq.kind:
        return source.text  # its title is the question, a dish's or a place's is in the answer
    text = f"{source.title}: {source.text}"
    if hit.kind == Item.kind:
        text += f" {phrases.allergies(answer.language, asked.property)}"
    return text


def _cite(answer: Answer, hits: Sequence[Hit]) -> None:
    answer.sources = [
        {
            "type": hit.kind,
            "external_id": hit.external_id or str(hit.id),
            "title": hit.title,
            "score": round(hit.score, 4),
        }
        for hit in hits
    ]
    answer.cards = [hit.card for hit in hits if hit.card]


def _source(hit: Hit, language: str) -> Source:
    title, body = hit.translations.get(language, (hit.title, hit.body))
    written_in = language if language in hit.translations else hit.language
    return Source(hit.kind, hit.external_id, title, body, hit.score, written_in)


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
