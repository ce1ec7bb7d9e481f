"""Asks a model the questions of the test and has each answer judged.

Each model answers in two ways: *alone*, its own words to all notes of the row, and *as served*, to
the notes that are grounds for an answer (none: it is not asked) and past the guard. It is asked
through `Backend.stream`, as the chats ask it.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Literal, NamedTuple

from llm.base import Backend, Completion, Question, Source
from llm.guard import SentenceGuard
from llm.guard.verdict import says_unknown
from llm.training.dataset.cleaning import without_small_talk
from llm.training.judge import Judge, Verdict
from llm.training.rouge import rouge_l
from llm.training.rows import Row

IN_FLIGHT = 8
Way = Literal["alone", "served"]
WAYS: tuple[Way, ...] = ("alone", "served")


class Grounds(NamedTuple):
    """The sources that an answer may rest on, none where nobody is asked; `certain`: the best one
    is known to answer."""

    sources: tuple[Source, ...]
    certain: bool = False


Search = Callable[[Question], Grounds]
"""Finds the grounds of a question among its sources, as in production."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer. `notes` are what the model was given, `completion` is None if it was not asked.

    `rouge` is to the person's whole answer, `rouge_short` to the one without small talk.
    """

    row: Row
    notes: tuple[Source, ...]
    answer: str
    refused: bool
    verdict: Verdict
    rouge: float
    rouge_short: float
    language: str
    completion: Completion | None

    def as_json(self) -> dict[str, Any]:
        """For a person to read: all that the judge had."""
        verdict = self.verdict
        return {
            "kind": self.row.kind,
            "property": self.row.property_id,
            "question": self.row.question.text,
            "before": [turn.question for turn in self.row.question.history],
            "notes": [f"{note.title} {note.text}".strip() for note in self.notes],
            "fact": self.row.fact,
            "person": self.row.answer,
            "answer": self.answer,
            "refused": self.refused,
            "unsupported": verdict.unsupported,
            "figures": list(verdict.figures),
            "names": list(verdict.names),
            "foreign": list(verdict.foreign),
            "echoed": list(verdict.echoed),
            "wrong_polarity": verdict.wrong_polarity,
            "other_than_person": verdict.other_than_person,
            "rouge": round(self.rouge, 3),
        }


@dataclass(frozen=True, slots=True)
class Examined:
    """All answers of `model` in one way, in the rows' order, and how long they took together."""

    model: str
    way: Way
    outcomes: Sequence[Outcome]
    seconds: float

    @property
    def tokens_per_second(self) -> float:
        asked = [each.completion for each in self.outcomes if each.completion]
        return sum(each.completion_tokens for each in asked) / self.seconds


class Examiner:
    """Puts rows to `backend`, `IN_FLIGHT` at a time; `on_answer` is called after each answer.

    `language_of` tells the ISO 639-1 code of a text.
    """

    def __init__(
        self,
        backend: Backend,
        judge: Judge,
        search: Search,
        language_of: Callable[[str], str],
        on_answer: Callable[[], object] = lambda: None,
    ) -> None:
        self._backend = backend
        self._judge = judge
        self._search = search
        self._language_of = language_of
        self._on_answer = on_answer

    async def examine(self, model: str, rows: Sequence[Row], way: Way) -> Examined:
        """Raises `ModelError` if the model fails. `model` is what to call it."""
        places = asyncio.Semaphore(IN_FLIGHT)
        # Found beforehand: what is searched while others answer would be taken off their speed.
        found = [self._grounds(row.question, way) for row in rows]

        async def ask(row: Row, grounds: Grounds) -> Outcome:
            async with places:
                outcome = await self._ask(row, grounds, way)
            self._on_answer()
            return outcome

        started = perf_counter()
        outcomes = await asyncio.gather(*map(ask, rows, found))
        return Examined(model, way, outcomes, perf_counter() - started)

    def _grounds(self, question: Question, way: Way) -> Grounds:
        return Grounds(question.sources) if way == "alone" else self._search(question)

    async def _ask(self, row: Row, grounds: Grounds, way: Way) -> Outcome:
        if not grounds.sources:
            return self._outcome(row, (), "", True, None)
        question = replace(row.question, sources=grounds.sources)
        guard = SentenceGuard(question, certain=grounds.certain)
        stream = self._backend.stream(question)
        async with stream, aclosing(stream if way == "alone" else guard.follow(stream)) as words:
            answer = "".join([word async for word in words])
        said_unknown = guard.said_unknown if way == "served" else _refuses(answer, question)
        return self._outcome(row, question.sources, answer, said_unknown, stream.completion)

    def _outcome(
        self,
        row: Row,
        notes: tuple[Source, ...],
        answer: str,
        refused: bool,
        completion: Completion | None,
    ) -> Outcome:
        person = "" if row.gold is None else without_small_talk(row.answer)
        verdict = Verdict()
        if not refused:
            question = replace(row.question, sources=notes)
            verdict = self._judge.verdict(answer, question, row.fact, person)
        return Outcome(
            row,
            notes,
            answer.strip(),
            refused,
            verdict,
            rouge_l(row.answer, answer),
            rouge_l(person, answer),
            self._language_of(answer),
            completion,
        )


def _refuses(answer: str, question: Question) -> bool:
    return not answer.strip() or says_unknown(answer, question.language)
