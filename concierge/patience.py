"""How long Postgres is waited for: no longer than whoever asked will wait.

A statement_timeout is the server's word, and a server that froze, or whose machine went away, keeps
none. So the waiting itself ends, on our side, and the connection with it: its thread is free again,
and a server that is well sees that nobody listens any more (client_connection_check_interval).
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg

STATEMENT_SECONDS = 30
"""Longer than this no statement runs; the server ends it by itself (statement_timeout)."""
LONGEST_WAIT = STATEMENT_SECONDS + 5
"""For whoever named no other: the server's own word comes first, where it still has one."""

_until: ContextVar[float] = ContextVar("until", default=math.inf)
"""A moment of time.monotonic(). Work in a thread runs in its caller's context, and so knows it."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Within the block, Postgres is waited for `seconds` in all, or less where less was left."""
    token = _until.set(min(_until.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


class PatientConnection(psycopg.Connection[Any]):
    """Raises OperationalError, and is closed, where Postgres is silent for too long."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        left = min(_until.get() - time.monotonic(), LONGEST_WAIT)
        try:
            return super().wait(gen, interval, left if timeout is None else min(timeout, left))
        except psycopg.errors._WaitTimeout:
            self.close()
            raise psycopg.OperationalError("Postgres did not answer in time") from None
