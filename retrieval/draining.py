"""Claiming what the outbox holds, and embedding it.

Claiming is a row lock with SKIP LOCKED held while embedding: a worker that dies gives its entries
back at once, and two workers never do the same one. Nobody who claimed waits for anybody: a row
that is being written just now is left for later.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from retrieval import indexing
from retrieval.models import Lane, OutboxEntry

logger = logging.getLogger(__name__)
BATCH = 8
"""Rows embedded together. An edit waits for the batch before it: a quarter of a second of short
texts, a good second of essays."""

RETRY_AFTER = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)
WRITTEN_JUST_NOW = timedelta(seconds=1)


def drain(
    on_progress: Callable[[int], object] = lambda done: None,
    batch: int = BATCH,
    property_id: int | None = None,
    seconds: float = float("inf"),
) -> int:
    """Embed all that is due, of one property or of all, batch by batch; returns how much was done.

    Stops after `seconds`, whatever is left. Safe to run anywhere at the same time, and again: a
    batch is one transaction.
    """
    total, until = 0, time.monotonic() + seconds
    while time.monotonic() < until and (done := _drain_batch(batch, property_id)):
        total += done
        on_progress(done)
    return total


def is_anything_due(property_id: int | None = None) -> bool:
    """Whether a drain would find something that nobody is at."""
    with transaction.atomic():
        return bool(_claim(1, property_id))


def _drain_batch(batch: int, property_id: int | None = None) -> int:
    with transaction.atomic():
        entries = _claim(batch, property_id)
        try:
            _embed_and_forget(entries)
        except Exception:
            logger.exception("Embedding %d entries together failed; trying one by one.", batch)
            for entry in entries:
                _embed_or_postpone(entry)
    return len(entries)


def _claim(batch: int, property_id: int | None) -> list[OutboxEntry]:
    """What people edited, then what is to be tried again, then the rest; each from an index."""
    free = OutboxEntry.objects.select_for_update(skip_locked=True)
    if property_id is not None:
        free = free.filter(property=property_id)
    in_line = free.filter(due_at=None).order_by("lane", "turn", "pk")
    again = free.filter(due_at__lte=timezone.now()).order_by("due_at")
    for line in (in_line.filter(lane=Lane.EDIT), again, in_line):
        if entries := list(line[:batch]):
            return entries
    return []


def _embed_and_forget(entries: list[OutboxEntry]) -> None:
    with transaction.atomic():
        left = indexing.embed_entries(entries)
        OutboxEntry.objects.filter(pk__in=left).update(due_at=timezone.now() + WRITTEN_JUST_NOW)
        done = {entry.pk for entry in entries} - left
        OutboxEntry.objects.filter(pk__in=done).delete()


def _embed_or_postpone(entry: OutboxEntry) -> None:
    """Keep what fails, with the reason, and let the others pass it."""
    try:
        _embed_and_forget([entry])
    except Exception as error:
        entry.attempts += 1
        wait = min(RETRY_AFTER * 2 ** min(entry.attempts - 1, 10), LONGEST_RETRY)
        logger.exception("Embedding %s failed; again in %s.", entry, wait)
        entry.due_at = timezone.now() + wait
        entry.error = f"{type(error).__name__}: {error}"[:500]
        entry.save()
