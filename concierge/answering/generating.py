"""Answers that a model writes from the sources, past the guard.

Who cannot, or has too many in line, is followed by the other model and by the staff's own words.
Once a guest has read a model's words nobody takes over: what is missing is marked as missing.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Literal, cast

from concierge.answering import handing_over, models, phrases, quoting
from concierge.answering.answer import Asked, Json, Said, Stopwatch
from concierge.answering.models import Model
from concierge.answering.understanding import Understood
from concierge.answering.values import values_of
from faq.models import Faq
from llm.base import Completion, ModelError, Question, Tone
from llm.guard import SentenceGuard
from llm.prompts import CANARY
from llm.router import Decision
from retrieval.ranking import Hit
from retrieval.search import Result

logger = logging.getLogger(__name__)


@dataclass
class Writing:
    """An answer while it is written: `pieces` are its words, and the rest stands beside them at
    every moment, because a guest may stop it."""

    asked: Asked
    understood: Understood
    result: Result
    decision: Decision
    watch: Stopwatch
    said: Said = field(init=False)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal = Decimal(0)
    fallbacks: list[Json] = field(default_factory=list)
    tokens: list[Json] = field(default_factory=list)
    guard: Json | None = None
    finish: str = ""
    cut: Json | None = None

    def __post_init__(self) -> None:
        self.said = Said("", *self.decision, status="incomplete")

    async def pieces(self) -> AsyncGenerator[str, None]:
        has_begun = False
        for model, hits in self._models():
            how = quoting.translated(hits[0], self.understood.language, foreign="api")
            self.said = replace(self.said, way=model.way, model=model.model_id, translated=how)
            try:
                async with aclosing(self._in_time(model, hits)) as pieces:
                    async for piece in pieces:
                        has_begun = True
                        yield piece
            except ModelError as error:
                logger.warning("The %s model could not answer: %s", model.way, error.reason)
                self.fallbacks.append({"from": model.way, "reason": error.reason})
            if has_begun:
                return
            if self.watch.seconds_left <= 0:
                break
        self.said = self._in_the_staffs_words("model_failed")
        yield self.said.text

    def _in_the_staffs_words(self, reason: str) -> Said:
        best = self.result.grounds[0]
        house, language = self.asked.property, self.understood.language
        if best.answers >= values_of(house).sure:
            return quoting.best_source(best, language, house, reason)
        return quoting.nearest(self.result.hits, language, house, reason)

    def _models(self) -> Iterator[tuple[Model, Sequence[Hit]]]:
        """Who may write this answer and from what, whom the router chose first."""
        ways: tuple[Literal["api", "local"], ...] = ("local", "api")
        for way in reversed(ways) if self.decision.way == "api" else ways:
            if way == "api":
                model, hits = models.api(self.asked.property), self.result.grounds
            else:
                model, hits = models.local(self.understood.language), self._for_local()
            if model is not None and hits:
                yield model, hits

    def _for_local(self) -> tuple[Hit, ...]:
        """Prices and hours are not for the small model to tell, and it does not translate."""
        language = self.understood.language
        best = self.result.grounds[0]
        read = tuple(
            hit for hit in self.result.grounds if quoting.written(hit, language) != "foreign"
        )
        return read if best.kind == Faq.kind and best in read else ()

    async def _in_time(self, model: Model, hits: Sequence[Hit]) -> AsyncGenerator[str, None]:
        """Its clock stands still while a piece is read: an answer is late, and never its reader."""
        has_begun = False
        async with aclosing(self._write(model, hits)) as pieces:
            while True:
                try:
                    async with asyncio.timeout(self.watch.seconds_left):
                        piece = await anext(pieces)
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    raise ModelError(
                        f"The {model.way} model had no time left",
                        permanent=False,
                        reason="stalled" if has_begun else "timeout",
                    ) from None
                has_begun = True
                yield piece

    async def _write(self, model: Model, hits: Sequence[Hit]) -> AsyncGenerator[str, None]:
        line = partial(phrases.only_in, language=self.understood.language)
        # A strong model may well see that the source is about another thing.
        certain = model.way == "local" and hits[0].answers >= values_of(self.asked.property).sure
        question = question_for_model(self.asked, self.understood, hits)
        guard = SentenceGuard(question, CANARY, line, certain)
        stream = model.stream(question)
        try:
            with self.watch.timed("generate"):
                async with stream, aclosing(guard.follow(stream)) as words:
                    async for word in words:
                        if not (model.way == "local" and guard.said_unknown):
                            yield word
            self._note_completion(stream.completion)
        finally:
            self._note_cost(model, *stream.tokens)
            self.guard = {
                "checked": guard.checked,
                "replaced": guard.replaced,
                "failures": list(guard.failures),
            }
            used = [hits[index] for index in guard.used]
            self.said = replace(
                self.said, sources=quoting.cited(used), cards=quoting.cards_of(used)
            )
        if not guard.said_unknown:
            return
        if model.way == "local":  # The staff's words say more than that a small model knows none.
            self.said = self._in_the_staffs_words("nearest")
            yield self.said.text
        else:
            handoff = handing_over.contact_of(self.asked.property, "unanswerable")
            self.said = replace(self.said, handoff=handoff)

    def _note_completion(self, completion: Completion) -> None:
        self.watch.timings_ms["queue"] = round(completion.queue_ms, 3)
        self.finish = completion.finish
        if completion.cut:
            self.cut = {"sources_shown": completion.sources_used}
        whole = completion.finish == "stop"
        self.said = replace(self.said, status="complete" if whole else "incomplete")

    def _note_cost(self, model: Model, prompt_tokens: int, completion_tokens: int) -> None:
        """Of every model that was asked: the first one's failure may have cost something, too."""
        self.cost += model.cost(prompt_tokens, completion_tokens)
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens
        self.tokens.append(
            {"way": model.way, "prompt": prompt_tokens, "completion": completion_tokens}
        )


def question_for_model(asked: Asked, understood: Understood, hits: Sequence[Hit]) -> Question:
    """What was said before goes along only where the question leans on it."""
    return Question(
        text=asked.text,
        language=understood.language,
        property_name=asked.property.name,
        sources=tuple(quoting.source_of(hit, understood.language) for hit in hits),
        history=tuple(asked.history[-1:]) if understood.is_follow_up else (),
        tone=cast(Tone, asked.property.tone),
    )
