"""What is asked, and the answer as far as it has come."""

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from opentelemetry.trace import Span

from concierge.telemetry.spans import child_span, start_span
from llm.base import Turn
from properties.models import Property
from reading.message import Message
from retrieval.cache import Slot

Status = Literal["complete", "stopped", "incomplete", "failed"]
GUEST = "guest"
ANSWER_SECONDS = 15.0
"""For a whole question. Who waited that long for a chat gives it up; what is there then is said, or
a person named. A model that writes at all begins within 10 (llm/backends)."""
BY_COST = ("handoff", "curated", "cached", "local", "api")
"""Ways, the dearest last. A person is asked for what is missing only, so that counts least."""


class Event(NamedTuple):
    """What happened: `token`, `sources`, `cards` or `handoff`, with the content of that frame."""

    type: Literal["token", "sources", "cards", "handoff"]
    content: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A guest's question to a property. `language` is detected where nobody says it, and `message`,
    what the text was read as, is read where nobody has yet.

    `audience` keeps the answers of those apart who may not read each other's. `tell_staff` notes a
    handoff where staff will see it and says whether it could; without it nobody is told.
    """

    property: Property
    text: str
    language: str = ""
    history: Sequence[Turn] = ()
    audience: str = GUEST
    message: Message | None = None
    tell_staff: Callable[[dict[str, Any]], Awaitable[bool]] | None = None


@dataclass
class Answer:
    """The answer as far as it has come; whole once `status` is "complete".

    `trace` holds the stages in milliseconds under "timings_ms", and what was decided from.
    `menu` is false once it is known that the question is about nothing on the menu.
    `parts` are the answers to the single questions of a turn that asked several.
    `asked_as` is the question made to stand alone, `slot` where its answer may be kept for others.
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
    sources: list[dict[str, Any]] = field(default_factory=list)
    cards: list[dict[str, Any]] = field(default_factory=list)
    handoff: dict[str, Any] | None = None
    trace: dict[str, Any] = field(default_factory=lambda: {"timings_ms": {}})
    menu: bool = True
    parts: list["Answer"] = field(default_factory=list, repr=False)
    asked_as: str = ""
    slot: Slot | None = None
    span: Span = field(default_factory=lambda: start_span("question"), repr=False)
    started: float = field(default_factory=time.perf_counter, repr=False)

    @property
    def timings_ms(self) -> dict[str, float]:
        timings: dict[str, float] = self.trace["timings_ms"]
        return timings

    @property
    def seconds_left(self) -> float:
        """Until the guest has waited long enough for it, or for all parts of it together."""
        return ANSWER_SECONDS - (time.perf_counter() - self.started)

    def as_json(self) -> dict[str, Any]:
        return {
            "answer": self.text,
            "status": self.status,
            "route": self.route,
            "reason": self.reason,
            "language": self.language,
            "sources": self.sources,
            "cards": self.cards,
            "handoff": self.handoff,
            "model": self.model,
            "tokens": {"prompt": self.prompt_tokens, "completion": self.completion_tokens},
            "timings_ms": self.timings_ms,
        }

    @contextmanager
    def timed(self, stage: str) -> Iterator[Span]:
        """Note how long a block takes, in the trace and as a span."""
        started = time.perf_counter()
        try:
            with child_span(stage, self.span) as span:
                yield span
        finally:
            self.timings_ms[stage] = round((time.perf_counter() - started) * 1000, 3)

    def note_time(self, moment: str) -> None:
        """Note when something happened first, counted from the question."""
        self.timings_ms.setdefault(moment, round((time.perf_counter() - self.started) * 1000, 3))

    def note_fallback(self, failed: str, reason: str) -> None:
        """Who should have answered could not. What stands in for them is cached for nobody."""
        self.trace.setdefault("fallbacks", []).append({"from": failed, "reason": reason})

    def take_in(self, part: "Answer") -> None:
        """Add the answer to one of several questions. Who answered most dearly counts for all."""
        self.parts.append(part)
        self.menu = self.menu or part.menu
        dearest = max(self.parts, key=lambda each: BY_COST.index(each.route))
        self.route, self.reason, self.model = dearest.route, "several", dearest.model
        whole = all(each.status == "complete" for each in self.parts)
        self.status = "complete" if whole else "incomplete"
        self.prompt_tokens += part.prompt_tokens
        self.completion_tokens += part.completion_tokens
        self.cost += part.cost
        self.sources += [each for each in part.sources if each not in self.sources]
        self.cards += [each for each in part.cards if each not in self.cards]
        self.handoff = self.handoff or part.handoff
        self.trace.setdefault("parts", []).append(
            {"route": part.route, "reason": part.reason, **part.trace}
        )

    def turn(self, question: str) -> Turn:
        """How the conversation remembers it."""
        topics = tuple(source["title"] for source in self.sources)
        return Turn(question, self.text, topics, self.menu)
