"""A thread that alone may touch a model, and the queue of questions before it."""

import asyncio
import atexit
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from time import perf_counter
from typing import Protocol

from llm.base import Meter, ModelError, Question
from llm.privacy import log_error

logger = logging.getLogger(__name__)


class Writer(Protocol):
    """What the owner thread owns: made, used and closed in that thread only."""

    def answer(self, question: Question, meter: Meter) -> Iterator[str]:
        """The answer's pieces; an empty one is a pause in which it may be abandoned."""

    def close(self) -> None: ...


class Job:
    """One question: asked in an event loop, answered by the owner thread."""

    def __init__(self, question: Question, meter: Meter) -> None:
        self.question = question
        self.meter = meter
        self.cancelled = False
        self._loop = asyncio.get_running_loop()
        self._pieces: asyncio.Queue[str | ModelError | None] = asyncio.Queue()

    async def piece(self) -> str | None:
        """The next piece of the answer, None after the last. Raises `ModelError`."""
        piece = await self._pieces.get()
        if isinstance(piece, ModelError):
            raise piece
        return piece

    def put(self, piece: str | ModelError | None) -> None:
        """From any thread: a piece of the answer, an error, or None at the end."""
        try:
            self._loop.call_soon_threadsafe(self._pieces.put_nowait, piece)
        except RuntimeError:
            # The loop was closed under its question: nobody waits any more.
            self.cancelled = True


class Owner:
    """Answers jobs in order, one at a time, in a thread that starts on first use.

    `load` makes the writer and runs in that thread. At most `queue_size` jobs wait. However the
    thread ends, every job in hand gets an error, and the next one starts a new thread.
    """

    def __init__(self, name: str, load: Callable[[], Writer], queue_size: int) -> None:
        self._name = name
        self._load = load
        self._queue_size = queue_size
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._thread: threading.Thread | None = None
        self._ready: Future[None] = Future()
        self._closing = False

    def start(self) -> Future[None]:
        """Starts the thread if need be; the future is done when the writer is loaded."""
        with self._changed:
            return self._start()

    def submit(self, job: Job) -> None:
        """Raises a `ModelError` that is not permanent if the queue is full."""
        with self._changed:
            if len(self._waiting) >= self._queue_size:
                raise ModelError(
                    f"The model {self._name} is busy: {len(self._waiting)} questions are waiting",
                    permanent=False,
                    reason="busy",
                )
            self._start()
            self._waiting.append(job)
            self._changed.notify()

    def withdraw(self, job: Job) -> None:
        """Nobody wants the answer any more; does nothing to a job that is done."""
        job.cancelled = True
        with self._changed, suppress(ValueError):
            self._waiting.remove(job)

    def close(self) -> None:
        """Fails the jobs in hand, waits for the thread to free the writer."""
        with self._changed:
            self._closing = True
            thread = self._thread
            self._changed.notify()
        if thread is not None:
            thread.join()

    def _start(self) -> Future[None]:
        # A fork leaves a thread that is not alive and never said so.
        if self._thread is None or not self._thread.is_alive():
            self._closing = False
            self._ready = Future()
            # A daemon, or else the interpreter would wait for it before it runs the exit handlers
            # and so before anything can tell it to end.
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
            atexit.unregister(self.close)
            atexit.register(self.close)
        return self._ready

    def _run(self) -> None:
        try:
            writer = self._load()
            try:
                self._ready.set_result(None)
                while (job := self._next_job()) is not None:
                    self._answer(writer, job)
            finally:
                writer.close()
            self._fail_all(_closed(self._name))
        except ModelError as error:
            self._fail_all(error)
        except BaseException as error:
            log_error(logger, f"The thread of the model {self._name} died", error)
            self._fail_all(_died(self._name, error))

    def _next_job(self) -> Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            return None if self._closing else self._waiting.popleft()

    def _answer(self, writer: Writer, job: Job) -> None:
        job.meter.queue_ms = (perf_counter() - job.meter.started) * 1000
        try:
            for piece in writer.answer(job.question, job.meter):
                if job.cancelled:
                    return
                if self._closing:
                    raise _closed(self._name)
                if piece:
                    job.put(piece)
            job.put(None)
        except ModelError as error:
            job.put(error)
        except Exception as error:
            what = f"The model {self._name} failed"
            log_error(logger, what, error)
            job.put(ModelError(f"{what}: {type(error).__name__}", permanent=False))
        except BaseException as error:
            job.put(_died(self._name, error))
            raise

    def _fail_all(self, error: ModelError) -> None:
        with self._changed:
            self._thread = None
            failed = list(self._waiting)
            self._waiting.clear()
        for job in failed:
            job.put(error)
        if not self._ready.done():
            self._ready.set_exception(error)


def _closed(name: str) -> ModelError:
    return ModelError(f"The model {name} was closed", permanent=False)


def _died(name: str, error: BaseException) -> ModelError:
    what = f"The thread of the model {name} died: {type(error).__name__}"
    return ModelError(what, permanent=False)
