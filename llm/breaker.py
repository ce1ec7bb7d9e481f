"""A model that fails again and again is left alone for a while, and then tried by one guest.

Written here because no kept library does it for streams. Tried on 2026-11-21: purgatory 3.0.1
raises the same exception object for every refusal, whose traceback then holds the frames of all of
them (1,000 refusals: 5,994 frames, guests' words among their locals), lets everybody through while
half open (50 of 50), and takes a guest who stops for a failure. circuitbreaker 2.1.3 lets everybody
through too; pybreaker 1.4.1 knows asyncio only through tornado. None can wait for as long as the
server asks.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from llm.base import ModelError, Reason

State = Literal["closed", "open", "half_open"]

_NOT_ITS_FAULT: frozenset[Reason] = frozenset(
    {"declined", "busy", "budget_spent", "budget_unknown"}
)
"""Nothing was asked, or what was asked was at fault: any guest could have the model closed."""
_NEEDS_A_PERSON: frozenset[Reason] = frozenset({"auth", "no_model"})


class Breaker:
    """Opens after `failures` in a row for `pause` seconds; then one call may try.

    Where only a person can help (a wrong key, an unknown model) it opens at once, for
    `long_pause`; for a server that says how long it wants to be left alone, at once and for as
    long, up to `long_pause`. An answer that the guest stopped says nothing about the model.
    """

    def __init__(
        self,
        failures: int = 5,
        pause: float = 30.0,
        long_pause: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_failures = failures
        self._pause = pause
        self._long_pause = long_pause
        self._clock = clock
        self._failures = 0
        self._open_until: float | None = None
        self._trying = False
        self._lock = threading.Lock()

    @property
    def state(self) -> State:
        if self._open_until is None:
            return "closed"
        return "open" if self._clock() < self._open_until else "half_open"

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Around a call. Raises a `ModelError` "breaker_open" instead of letting it begin."""
        trying = self._enter()
        try:
            yield
        except ModelError as error:
            self._failed(error, trying)
            raise
        else:
            self._succeeded(trying)
        finally:
            if trying:
                self._trying = False

    def _enter(self) -> bool:
        """Whether this call is the one that tries."""
        with self._lock:
            if self._open_until is None:
                return False
            left = self._open_until - self._clock()
            if left > 0 or self._trying:
                raise ModelError(
                    "The model failed lately and is left alone",
                    permanent=False,
                    reason="breaker_open",
                    retry_after=max(left, 0.0),
                )
            self._trying = True
            return True

    def _failed(self, error: ModelError, trying: bool) -> None:
        if error.reason in _NOT_ITS_FAULT:
            return
        with self._lock:
            self._failures += 1
            if pause := self._pause_after(error, trying):
                until = self._clock() + pause
                self._open_until = max(until, self._open_until or until)

    def _pause_after(self, error: ModelError, trying: bool) -> float:
        if error.reason in _NEEDS_A_PERSON:
            return self._long_pause
        if error.retry_after is not None:
            return min(error.retry_after, self._long_pause)
        return self._pause if trying or self._failures >= self._most_failures else 0.0

    def _succeeded(self, trying: bool) -> None:
        with self._lock:
            # An answer that began before the breaker opened is no news.
            if trying or self._open_until is None:
                self._failures = 0
                self._open_until = None


class Breakers:
    """One breaker a property: what one of them asks for does not close the model to the others."""

    def __init__(self, make: Callable[[], Breaker] = Breaker) -> None:
        self._breakers: defaultdict[int, Breaker] = defaultdict(make)
        self._lock = threading.Lock()

    def of(self, property_id: int) -> Breaker:
        with self._lock:
            return self._breakers[property_id]

    def states(self) -> dict[int, State]:
        """By property, for metrics; a property that never called is not in it."""
        with self._lock:
            return {property_id: each.state for property_id, each in self._breakers.items()}
