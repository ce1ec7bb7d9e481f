import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Protocol, Self

from concierge.stack.process import Child

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_BETWEEN_LOOKS = 0.2
SHORTEST_WAIT = 0.5  # seconds before a restart
DOUBLINGS = 6  # of it, after as many failures in a row
SECONDS_TO_TRUST = 60  # one that ran this long is restarted at once
LOGGED_ERROR = re.compile(r"\b(ERROR|CRITICAL)\b")


class Limit(Protocol):
    """Says when a process that dies is not to be started again, and when it is after all."""

    def reached(self, how_it_ended: str) -> str:
        """Asked after each death: the reason for leaving it alone, empty for none."""

    def is_lifted(self) -> bool: ...


@dataclass
class Watched:
    child: Child
    limit: Limit | None = None
    left_alone: bool = False
    started: float = field(default_factory=time.monotonic)
    restart_at: float | None = None
    failures: int = 0
    log_read: int = 0

    def plan_restart(self, now: float) -> float:
        """Twice as long after each failure in a row; returns the seconds until the restart."""
        self.failures = 1 if now - self.started > SECONDS_TO_TRUST else self.failures + 1
        wait = SHORTEST_WAIT * 2 ** min(self.failures - 1, DOUBLINGS)
        self.restart_at = now + wait
        return wait

    def restart(self, now: float) -> None:
        self.started, self.restart_at = now, None
        self.child.start()

    def new_errors(self) -> list[str]:
        if not self.child.log.exists():  # Somebody cleared the logs.
            return []
        size = self.child.log.stat().st_size
        if size < self.log_read:  # A long log was put aside at the restart.
            self.log_read = 0
        with self.child.log.open("rb") as log:
            log.seek(self.log_read)
            lines = log.read(size - self.log_read).decode("utf-8", "replace").splitlines()
        self.log_read = size
        return [line for line in lines if LOGGED_ERROR.search(line)]


class Supervisor:
    """Starts the product's processes, restarts what dies, and stops what it started in order."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._watched: list[Watched] = []
        self._started: list[Child] = []

    def watch(self, child: Child, limit: Limit | None = None) -> None:
        self._watched.append(Watched(child, limit, log_read=child.log.stat().st_size))

    def start(self, child: Child, limit: Limit | None = None) -> None:
        child.start()
        self._started.append(child)
        self.watch(child, limit)

    def run(self) -> None:
        """Until a signal interrupts it."""
        while True:
            for watched in self._watched:
                self._look_after(watched)
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._say("Stopping.")
        for child in self._started:
            child.stop()

    def _look_after(self, watched: Watched) -> None:
        child, now = watched.child, time.monotonic()
        for line in watched.new_errors():
            self._say(f"{child.name}: {line}")
        if watched.left_alone:
            if watched.limit and watched.limit.is_lifted():
                watched.left_alone, watched.failures, watched.restart_at = False, 0, now
        elif watched.restart_at is None and not child.is_running():
            self._after_death(watched, now)
        elif watched.restart_at is not None and now >= watched.restart_at:
            with suppress(OSError):  # No memory, say: it counts as one more failure.
                watched.restart(now)

    def _after_death(self, watched: Watched, now: float) -> None:
        child = watched.child
        reason = watched.limit.reached(child.how_it_ended()) if watched.limit else ""
        if reason:
            watched.left_alone = True
            child.note(f"ERROR {reason}")  # Seen by the next look at its log, and said then.
            return
        wait = watched.plan_restart(now)
        self._say(
            f"{child.name} ended ({child.how_it_ended()}), starts again in {wait:.1f} s. "
            f"Its last words: {child.last_words()} (more in {child.log})"
        )


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """The first signal to stop ends the block, and no second one cuts the stopping short."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
            signal.signal(number, stop)
    with suppress(KeyboardInterrupt):
        yield
