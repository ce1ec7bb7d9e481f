"""What is asked, what is said of it, and the answer as far as it has come."""

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from opentelemetry.trace import Span

from concierge.telemetry.spans import child_span, start_span
from llm.base import Turn
from llm.router import Way
from properties.models import Property
from reading.message import Message
from retrieval.cache import Slot

Status = Literal["complete", "stopped", "incomplete", "failed"]
Json = dict[str, Any]
GUEST = "guest"
ANSWER_SECONDS = 15.0
"""For a whole question. Who waited that long for a chat gives it up; what is there then is said, or
a person named. A model that writes at all begins within 10 (llm/backends)."""
BY_COST: tuple[Way, ...] = ("handoff", "curated", "cached", "local", "api")
"""Ways, the dearest last. A person is asked for what is missing only, so that counts least."""


class Event(NamedTuple):
    """What happened: `token`, `sources`, `cards`, `choices` or `handoff`, with the content of that
    frame."""

    type: Literal["token", "sources", "cards", "choices", "handoff"]
    content: Json


@dataclass(frozen=True)
class Asked:
    """A guest's question to a property. `language` is detected where nobody says it, and `message`,
    what the text was read as, is read where nobody has yet.

    `audience` keeps the answers of those apart who may not read each other's. `tell_staff` notes a
    handoff where staff will see it and says whether it could; without it nobody is told. `is_part`:
    it is one of several questions of a turn.
    """

    property: Property
    text: str
    language: str = ""
    history: Sequence[Turn] = ()
    audience: str = GUEST
    message: Message | None = None
    tell_staff: Callable[[Json], Awaitable[bool]] | None = None
    is_part: bool = False


@dataclass(frozen=True)
class Said:
    """Words for the guest, and what goes with them.

    `way` says who answers, `reason` why. `choices` are texts of the house to tap next, or answers
    to what the concierge asks back. `translated` says how a guest is helped who does not write the
    content's language (docs/languages.md), "" where they do.
    """

    text: str
    way: Way
    reason: str
    status: Status = "complete"
    model: str = ""
    sources: tuple[Json, ...] = ()
    cards: tuple[Json, ...] = ()
    choices: tuple[Json, ...] = ()
    handoff: Json | None = None
    translated: str = ""


@dataclass
class Trace:
    """What an answer was decided from, as it is kept with it; no guest's words.

    `timings_ms` are the stages, `scores` and `answers` those of the ranked sources, `fallbacks`
    who should have answered and could not, `asked` each model's tokens.
    """

    timings_ms: dict[str, float] = field(default_factory=dict)
    language: str = ""
    danger: str = ""
    request: str = ""
    injection: bool = False
    scores: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    difficulty: float | None = None
    cache: str = ""
    fallbacks: list[Json] = field(default_factory=list)
    asked: list[Json] = field(default_factory=list)
    guard: Json | None = None
    finish: str = ""
    cut: Json | None = None
    parts: list[Json] = field(default_factory=list)

    def as_json(self) -> Json:
        """Without what there was nothing to say of."""
        kept = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: value
            for name, value in kept.items()
            if name == "timings_ms" or value not in (None, "", False, [])
        }


def texts_of(sources: Sequence[Json]) -> set[tuple[str, str]]:
    """Which texts they are: the same has another score with each question."""
    return {(each["type"], each["external_id"]) for each in sources}


@dataclass
class Stopwatch:
    """How long the stages of an answer take, as numbers and as spans."""

    span: Span = field(default_factory=lambda: start_span("question"), repr=False)
    started: float = field(default_factory=time.perf_counter)
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def seconds_left(self) -> float:
        """Until the guest has waited long enough for it, or for all parts of it together."""
        return ANSWER_SECONDS - (time.perf_counter() - self.started)

    @contextmanager
    def timed(self, stage: str) -> Iterator[Span]:
        started = time.perf_counter()
        try:
            with child_span(stage, self.span) as span:
                yield span
        finally:
            self.timings_ms[stage] = round((time.perf_counter() - started) * 1000, 3)

    def note(self, moment: str) -> None:
        """When something happened first, counted from the question."""
        self.timings_ms.setdefault(moment, round((time.perf_counter() - self.started) * 1000, 3))

    def of_a_part(self) -> "Stopwatch":
        return Stopwatch(self.span, self.started)


@dataclass
class Answer:
    """The answer as far as it has come; whole once `status` is "complete". Only the pipeline writes
    it, from what the steps return.

    `menu` is false once it is known that the question is about nothing on the menu. `parts` are the
    answers to the single questions of a turn that asked several. `asked_as` is the question as it
    was searched, `slot` where its answer may be kept for others.
    """

    text: str = ""
    language: str = ""
    status: Status = "incomplete"
    route: str = ""
    reason: str = ""
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal = Decimal(0)
    sources: list[Json] = field(default_factory=list)
    cards: list[Json] = field(default_factory=list)
    choices: list[Json] = field(default_factory=list)
    handoff: Json | None = None
    menu: bool = True
    parts: list["Answer"] = field(default_factory=list, repr=False)
    asked_as: str = ""
    slot: Slot | None = None
    trace: Trace = field(default_factory=Trace)
    watch: Stopwatch = field(default_factory=Stopwatch, repr=False)

    def __post_init__(self) -> None:
        self.trace.timings_ms = self.watch.timings_ms

    def as_json(self) -> Json:
        return {
            "answer": self.text,
            "status": self.status,
            "route": self.route,
            "reason": self.reason,
            "language": self.language,
            "sources": self.sources,
            "cards": self.cards,
            "choices": self.choices,
            "handoff": self.handoff,
            "model": self.model,
            "tokens": {"prompt": self.prompt_tokens, "completion": self.completion_tokens},
            "timings_ms": self.watch.timings_ms,
        }

    def take(self, said: Said) -> None:
        """All of it but the words, which are added as the guest reads them."""
        self.route, self.reason = said.way, said.reason
        self.status, self.model = said.status, said.model
        self.sources, self.cards = list(said.sources), list(said.cards)
        self.choices, self.handoff = list(said.choices), said.handoff
        self.trace.language = said.translated

    def take_in(self, part: "Answer") -> None:
        """Add the answer to one of several questions. Who answered most dearly counts for all;
        whether it is whole is known after the last."""
        self.parts.append(part)
        self.menu = self.menu or part.menu
        dearest = max(self.parts, key=lambda each: BY_COST.index(each.route))
        self.route, self.reason, self.model = dearest.route, "several", dearest.model
        self.prompt_tokens += part.prompt_tokens
        self.completion_tokens += part.completion_tokens
        self.cost += part.cost
        known = texts_of(self.sources)
        self.sources += [each for each in part.sources if not texts_of([each]) <= known]
        self.cards += [each for each in part.cards if each not in self.cards]
        self.choices += [
            each
            for each in part.choices
            if each not in self.choices and not texts_of([each]) <= texts_of(self.sources)
        ]
        self.handoff = self.handoff or part.handoff
        self.trace.parts.append(
            {"route": part.route, "reason": part.reason, **part.trace.as_json()}
        )

    def turn(self, question: str) -> Turn:
        """How the conversation remembers it."""
        topics = tuple(source["title"] for source in self.sources)
        return Turn(question, self.text, topics, self.menu)
