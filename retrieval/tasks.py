"""What a worker does. Every task may run twice, and ends by itself within a few seconds."""

from collections.abc import Callable
from functools import wraps

from celery import shared_task
from django.db import connection

from retrieval import cache, outbox, sweep

SLICE = 4.0
"""Seconds of embedding before a worker looks up: it is told to stop, and other tasks wait."""


def one_at_a_time(task: Callable[[], int]) -> Callable[[], int]:
    """Nothing is done, and 0 returned, while another worker does the same.

    A lock of the database session's, so it is free when its worker dies.
    """

    @wraps(task)
    def run() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [task.__name__])
            if not cursor.fetchone()[0]:
                return 0
            try:
                return task()
            finally:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [task.__name__])

    return run


@shared_task
def embed_pending() -> int:
    """Embed what the outbox holds. Runs on every nudge, and often, for the nudges that got lost.

    Workers share the line: what one has claimed, another passes.
    """
    done = outbox.drain(seconds=SLICE)
    if outbox.is_anything_due():
        outbox.nudge_worker()
    return done


@shared_task
@one_at_a_time
def embed_missed() -> int:
    """Find and embed rows that are out of date though nothing waits for them."""
    sweep.rewrite_older_documents()
    outbox.record_missed()
    return embed_pending()


@shared_task
@one_at_a_time
def forget_old_answers() -> int:
    """Delete the cached answers that can no longer be given to anybody."""
    return cache.forget_old()
