"""A thread that alone may touch a model, and the queue of questions before it."""

import atexit
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from time import perf_counter
from typing import Protocol

from llm.backends.job import Job
from llm.base import ModelError
from llm.privacy import log_error

logger = logging.getLogger(__name__)

_LOOK = 1.0
"""Seconds between two looks for a new model while nobody asks."""
_WEIGHT = 0.1
"""Of the last answer in the moving average of what answers take."""


class Owned(Protocol):
    """An engine, as the owner thread knows it: made, used and closed in that thread only.

    It puts pieces, errors and the end to its jobs, and forgets those that are cancelled.
    """

    def refresh(self) -> None:
        """Called before every step and once a second: the moment to take up another model."""

    def begin(self, job: Job) -> None:
        """Takes `job` up beside the others. An exception concerns this job alone."""

    def step(self) -> None:
        """Brings every job a little further. An exception ends the thread and all jobs."""

    def close(self) -> None: ...


class Owner:
    """Answers `parallel` jobs at once, in a thread that starts on first use.

    `load` makes the engine and runs in that thread. At most `queue_size` jobs wait, and none that
    would have to wait longer than `max_wait` seconds. However the thread ends, every job in hand
    gets an error, and the next one starts a new thread.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Owned],
        *,
        parallel: int,
        queue_size: int,
        max_wait: float,
    ) -> None:
        self._name = name
        self._load = load
        self._parallel = parallel
        self._queue_size = queue_size
        self._max_wait = max_wait
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._running: list[Job] = []
        self._seconds = 0.0
        self._thread: threading.Thread | None = None
        self._ready: Future[None] = Future()
        self._closing = False

    def start(self) -> Future[None]:
        """Starts the thread if need be; the future is done when the engine is loaded."""
        with self._changed:
            return self._start()

    def submit(self, job: Job) -> None:
        """Raises a `ModelError` that is not permanent where others wait already for too long."""
        with self._changed:
            waiting = max(0, len(self._waiting) + len(self._running) - self._parallel)
            wait = self._wait()
            if waiting >= self._queue_size or wait > self._max_wait:
                raise ModelError(
                    f"The model {self._name} is busy: {waiting} questions are waiting, "
                    f"a new one for some {wait:.1f} s",
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
        """Fails the jobs in hand, waits for the thread to free the engine."""
        with self._changed:
            self._closing = True
            thread = self._thread
            self._changed.notify()
        if thread is not None:
            thread.join()

    def _wait(self) -> float:
        """Seconds until a new job's turn: one of `parallel` ends every so often."""
        before = len(self._waiting) + len(self._running) + 1 - self._parallel
        return max(0, before) * self._seconds / self._parallel

    def _start(self) -> Future[None]:
        # A fork leaves a thread that is not alive and never said so.
        if self._thread is None or not self._thread.is_alive():
            self._closing = False
            self._running = []
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
            engine = self._load()
            try:
                self._ready.set_result(None)
                while self._has_work():
                    engine.refresh()
                    for job in self._admitted():
                        self._begin(engine, job)
                    engine.step()
                    self._let_go()
            finally:
                engine.close()
            self._fail_all(ModelError(f"The model {self._name} was closed", permanent=False))
        except ModelError as error:
            self._fail_all(error)
        except BaseException as error:
            what = f"The thread of the model {self._name} died"
            log_error(logger, what, error)
            self._fail_all(ModelError(f"{what}: {type(error).__name__}", permanent=False))

    def _has_work(self) -> bool:
        """Waits for some, but not for long; False at the end."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._waiting or self._running or self._closing, timeout=_LOOK
            )
            return not self._closing

    def _admitted(self) -> list[Job]:
        """Those whose turn has come, in the order of their questions."""
        with self._changed:
            count = min(len(self._waiting), self._parallel - len(self._running))
            jobs = [self._waiting.popleft() for _ in range(count)]
            self._running += jobs
        return jobs

    def _begin(self, engine: Owned, job: Job) -> None:
        job.begin()
        try:
            engine.begin(job)
        except Exception as error:
            job.fail(error)

    def _let_go(self) -> None:
        with self._changed:
            for job in self._running:
                if job.ended and job.meter.finish is not None:
                    self._count(perf_counter() - job.begun)
            self._running = [job for job in self._running if not job.ended and not job.cancelled]

    def _count(self, seconds: float) -> None:
        self._seconds += (seconds - self._seconds) * (_WEIGHT if self._seconds else 1)

    def _fail_all(self, error: ModelError) -> None:
        with self._changed:
            self._thread = None
            ready = self._ready  # from here on the next thread may have begun, with its own
            failed = [*self._running, *self._waiting]
            self._running = []
            self._waiting.clear()
        for job in failed:
            if not job.ended:
                job.put(error)
        if not ready.done():
            ready.set_exception(error)
