"""What every language model behind the concierge is asked, and how it answers."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from time import perf_counter
from types import TracebackType
from typing import Literal, NamedTuple, Self

Finish = Literal["stop", "length", "cancelled"]
Tone = Literal["friendly", "formal", "brief"]
Reason = Literal[
    "failed",  # anything that has no word of its own
    "refused",  # nobody listens, or the line broke before an answer began
    "timeout",  # no first token in time
    "rate_limited",
    "server_error",
    "auth",  # a wrong key, or one without this right
    "no_model",  # the server does not know the model
    "rejected",  # the server does not like the request
    "bad_answer",  # no chat stream: HTML, malformed or empty
    "declined",  # a content filter or the model itself would not answer
    "stalled",  # it went silent in the middle
    "cut",  # it broke off in the middle
    "endless",  # it would not stop
    "busy",  # too many answers in flight
    "breaker_open",  # it failed lately and is left alone for a while
    "budget_spent",
    "budget_unknown",  # nobody could say whether the budget is spent
]


class ModelError(Exception):
    """A model that could not answer.

    `permanent` is true when asking again cannot help (a wrong key, a missing file, a prompt that
    never fits) and false when it may (a full queue, a timeout, a dropped connection). `reason` is
    the word for traces and statistics, `retry_after` how many seconds the model asked to be left
    alone.
    """

    def __init__(
        self,
        message: str,
        permanent: bool,
        reason: Reason = "failed",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Source:
    """One piece of what the staff wrote; `score` is the retriever's, higher is better."""

    kind: str
    external_id: str
    title: str
    text: str
    score: float
    language: str


class Turn(NamedTuple):
    """`topics` are the titles of the sources that the answer rested on, best first; `menu` is false
    where the question is known to have been about nothing on the menu, no allergy either."""

    question: str
    answer: str
    topics: tuple[str, ...] = ()
    menu: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """A guest's question with all that a model may use to answer it.

    `sources` are ordered best first, `history` oldest first; `language` is the ISO 639-1 code
    of the language to answer in. `tone` is how a model that writes freely should sound.
    """

    text: str
    language: str
    property_name: str
    sources: tuple[Source, ...]
    history: tuple[Turn, ...] = ()
    tone: Tone = "friendly"


@dataclass(frozen=True, slots=True)
class Completion:
    """How an answer ended and what it cost.

    `sources_used` counts the leading sources that the model was shown: a prompt is cut at source
    boundaries, and `cut` says that it was. The times are milliseconds since the question was put;
    `queue_ms` is the part of `first_token_ms` spent waiting for a turn at the model.
    """

    finish: Finish
    prompt_tokens: int
    completion_tokens: int
    sources_used: int
    queue_ms: float
    first_token_ms: float | None
    total_ms: float
    cut: bool = False


@dataclass(slots=True)
class Meter:
    """What a backend notes down while it streams; `Stream` turns it into a `Completion`."""

    finish: Finish | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    sources_used: int = 0
    cut: bool = False
    queue_ms: float = 0.0
    started: float = field(default_factory=perf_counter)
    first_piece: float | None = None

    def completion(self, finish: Finish) -> Completion:
        first = self.first_piece
        return Completion(
            finish=finish,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            sources_used=self.sources_used,
            queue_ms=self.queue_ms,
            first_token_ms=None if first is None else (first - self.started) * 1000,
            total_ms=(perf_counter() - self.started) * 1000,
            cut=self.cut,
        )


class Stream(AsyncIterator[str]):
    """The pieces of one answer, in order; joined they are the whole text.

    Nothing is asked of the model before the first piece is. Leaving early (`aclose`, the end of
    an `async with` block, cancelling the iterating task) stops the model. Only the task that
    iterates may call `aclose`; another task cancels that one.

    Raises `ModelError` while iterating. The pieces seen until then stay valid text but the
    answer is incomplete.
    """

    def __init__(self, pieces: AsyncGenerator[str, None], meter: Meter) -> None:
        self._pieces = pieces
        self._meter = meter
        self._ended = False
        self._completion: Completion | None = None

    @property
    def completion(self) -> Completion:
        """How it ended. Raises `RuntimeError` before the end and after a `ModelError`."""
        if self._completion is None:
            raise RuntimeError("This stream has not ended, or ended in an error")
        return self._completion

    @property
    def tokens(self) -> tuple[int, int]:
        """Read and written so far; to be paid for also after a `ModelError`."""
        return self._meter.prompt_tokens, self._meter.completion_tokens

    async def __anext__(self) -> str:
        try:
            piece = await anext(self._pieces)
        except StopAsyncIteration:
            self._end(self._meter.finish)
            raise
        except asyncio.CancelledError:
            self._end("cancelled")
            raise
        except BaseException:
            self._ended = True
            raise
        if self._meter.first_piece is None:
            self._meter.first_piece = perf_counter()
        return piece

    def _end(self, finish: Finish | None) -> None:
        if self._ended:
            return
        self._ended = True
        # A connection that breaks at a token boundary looks like a full stop: an answer is
        # whole only if the model said so.
        if finish is None:
            raise ModelError(
                "The model's answer ended without a finish reason", permanent=False, reason="cut"
            )
        self._completion = self._meter.completion(finish)

    async def aclose(self) -> None:
        await self._pieces.aclose()
        self._end("cancelled")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


class Backend(ABC):
    """A language model by the name that the settings give it.

    `languages` holds the ISO 639-1 codes it can write, or None for any. Building a backend is
    cheap, opens nothing and raises `ValueError` for an option that cannot work, so that
    `manage.py check` can try. Safe to use from several threads and event loops.
    """

    languages: frozenset[str] | None = None
    max_answer_tokens = 0
    """The most that it writes; 0 where nothing is said of it."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    @abstractmethod
    def model_id(self) -> str:
        """The model as it is recorded with each answer."""

    @property
    def trouble(self) -> str:
        """What keeps it from answering and what to do, in one sentence; empty if nothing does."""
        return ""

    def writes(self, language: str) -> bool:
        return self.languages is None or language in self.languages

    def stream(self, question: Question) -> Stream:
        """The answer to `question`; at least one source is expected."""
        meter = Meter()
        return Stream(self._pieces(question, meter), meter)

    @abstractmethod
    def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        """Yields non-empty text and notes finish reason and tokens in `meter`."""

    @abstractmethod
    def warm_up(self) -> None:
        """Blocks until the first question would be answered at full speed.

        Raises `ModelError`. Optional: an unwarmed backend warms itself on the first question.
        """

    @abstractmethod
    def close(self) -> None:
        """Ends the answers in flight with a `ModelError` and frees what the model holds."""
