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
from django.db.backends.base.base import BaseDatabaseWrapper

STATEMENT_SECONDS = 30
"""Longer than this no statement runs; the server ends it by itself (statement_timeout)."""
LONGEST_WAIT = STATEMENT_SECONDS + 5
"""For whoever named no other: the server's own word comes first, where it still has one."""

_until: ContextVar[float] = ContextVar("until", default=math.inf)
"""A moment of time.monotonic(). Work in a thread runs in its caller's context, and so knows it."""
_is_endless: ContextVar[bool] = ContextVar("is_endless", default=False)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Within the block, Postgres is waited for `seconds` in all, or less where less was left."""
    token = _until.set(min(_until.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


@contextmanager
def endless_patience(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Within the block, a statement of `connection` takes as long as it takes: for migrations.

    A table that is written anew with its indexes needs minutes, and stopped it would never be.
    """
    token = _is_endless.set(True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        yield
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    except BaseException:
        # Whatever state it is in, nobody else gets it without its limit.
        connection.close()
        raise
    finally:
        _is_endless.reset(token)


class PatientConnection(psycopg.Connection[Any]):
    """Raises OperationalError, and is closed, where Postgres is silent for too long."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        longest = math.inf if _is_endless.get() else LONGEST_WAIT
        left = min(_until.get() - time.monotonic(), longest)
        if timeout is not None:
            left = min(timeout, left)
        try:
            return super().wait(gen, interval, None if left == math.inf else left)
        except psycopg.errors._WaitTimeout:
            self.close()
            raise psycopg.OperationalError("Postgres did not answer in time") from None
