"""A question on its way through the owner thread, and its answer on the way back."""

import asyncio
import logging
from time import perf_counter

from llm.base import Meter, ModelError, Question
from llm.privacy import log_error

logger = logging.getLogger(__name__)


class Job:
    """One question: asked in an event loop, answered by the owner thread."""

    def __init__(self, question: Question, meter: Meter) -> None:
        self.question = question
        self.meter = meter
        self.cancelled = False
        self.ended = False
        self.begun = 0.0
        self._loop = asyncio.get_running_loop()
        self._pieces: asyncio.Queue[str | ModelError | None] = asyncio.Queue()

    async def piece(self) -> str | None:
        """The next piece of the answer, None after the last. Raises `ModelError`."""
        piece = await self._pieces.get()
        if isinstance(piece, ModelError):
            raise piece
        return piece

    def begin(self) -> None:
        """Its turn at the model has come."""
        self.begun = perf_counter()
        self.meter.queue_ms = (self.begun - self.meter.started) * 1000

    def put(self, piece: str | ModelError | None) -> None:
        """From any thread: a piece of the answer, an error, or None at the end."""
        self.ended = self.ended or not isinstance(piece, str)
        try:
            self._loop.call_soon_threadsafe(self._pieces.put_nowait, piece)
        except RuntimeError:
            # The loop was closed under its question: nobody waits any more.
            self.cancelled = True

    def fail(self, error: Exception) -> None:
        """The answer ends in `error`, whose words are told to nobody but for a `ModelError`'s."""
        if not isinstance(error, ModelError):
            log_error(logger, "An answer failed", error)
            error = ModelError(f"The model failed: {type(error).__name__}", permanent=False)
        self.put(error)
