"""What is asked, and the answer as far as it has come."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from opentelemetry.trace import Span

from concierge.telemetry.spans import child_span, start_span
from llm.base import Turn
from properties.models import Property

Status = Literal["complete", "stopped", "incomplete", "failed"]
GUEST = "guest"


class Event(NamedTuple):
    """What happened: `token`, `sources`, `cards` or `handoff`, with the content of that frame."""

    type: Literal["token", "sources", "cards", "handoff"]
    content: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A guest's question to a property. `language` is detected where nobody says it.

    `audience` keeps the answers of those apart who may not read each other's.
    """

    property: Property
    text: str
    language: str = ""
    history: Sequence[Turn] = ()
    audience: str = GUEST


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
    cost: Decimal = Decimal(0)
    sources: list[dict[str, Any]] = field(default_factory=list)
    cards: list[dict[str, Any]] = field(default_factory=list)
    handoff: dict[str, Any] | None = None
    trace: dict[str, Any] = field(default_factory=lambda: {"timings_ms": {}})
    span: Span = field(default_factory=lambda: start_span("question"), repr=False)
    started: float = field(default_factory=time.perf_counter, repr=False)

    @property
    def timings_ms(self) -> dict[str, float]:
        timings: dict[str, float] = self.trace["timings_ms"]
        return timings

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

    def turn(self, question: str) -> Turn:
        """How the conversation remembers it."""
        topics = tuple(source["title"] for source in self.sources)
        return Turn(question, self.text, topics)
