"""The way of one edit: an entry in the edit's own transaction, claimed and embedded by a worker.

The broker only carries a nudge. If it is lost (Redis down, frozen, restarted; a worker killed),
the entry is still there and the periodic sweep finds it. Who claims what is in draining.py, in
which order in lanes.py.
"""

import logging
from collections.abc import Iterable

from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef

from retrieval import indexing, lanes
from retrieval.draining import drain, is_anything_due
from retrieval.models import Embedded, OutboxEntry
from retrieval.registry import content_models
from retrieval.tenants import tenant_model

__all__ = ["drain", "is_anything_due", "nudge_worker", "record", "record_anew", "record_missed"]

logger = logging.getLogger(__name__)
SWEEP_EVERY = 10.0
"""Seconds between two looks at the outbox that need no nudge: one that is older is not needed."""

MISSED_AT_ONCE = 10_000


def record(rows: Iterable[Embedded]) -> None:
    """Note that `rows` were written or deleted. Call inside the transaction that does it."""
    entries = [
        OutboxEntry(property_id=row.property_id, kind=row.kind, object_id=row.pk) for row in rows
    ]
    if not entries:
        return
    lanes.line_up(entries)
    OutboxEntry.objects.bulk_create(entries)
    bump_content_version({entry.property_id for entry in entries})
    # Once a transaction: an import would send the broker a message a row.
    if all(each[1] is not nudge_worker for each in connection.run_on_commit):
        transaction.on_commit(nudge_worker)


def record_anew(property_ids: Iterable[int]) -> int:
    """Queue all content of these properties to be embedded once more; returns how much waits.

    What an earlier, interrupted call queued is not queued twice: calling again resumes it.
    """
    waiting = OutboxEntry.objects.filter(property__in=list(property_ids), anew=True)
    with transaction.atomic():
        if not waiting.exists():
            for kind, model in content_models().items():
                _queue(kind, model.objects.filter(property__in=list(property_ids)), anew=True)
    return waiting.count()


def record_missed() -> int:
    """Queue rows that are out of date though nothing waits for them; returns how many.

    An embedder may have been changed, a row restored from a backup: whatever the reason, this ends
    it.
    """
    found = 0
    for kind, model in content_models().items():
        waiting = OutboxEntry.objects.filter(kind=kind, object_id=OuterRef("pk"))
        missed = indexing.missed(model).filter(~Exists(waiting))
        found += _queue(kind, missed[:MISSED_AT_ONCE])
    return found


def _queue(kind: str, rows: models.QuerySet[Embedded], anew: bool = False) -> int:
    """An entry a row, for rows that nobody wrote: their property's content is what it was."""
    entries = [
        OutboxEntry(property_id=property_id, kind=kind, object_id=pk, anew=anew)
        for property_id, pk in rows.values_list("property_id", "pk")
    ]
    with lanes.bulk_work():
        lanes.line_up(entries)
    return len(OutboxEntry.objects.bulk_create(entries, batch_size=1000))


def bump_content_version(property_ids: Iterable[int]) -> None:
    """What was cached for older versions of these properties no longer holds."""
    tenant_model()._default_manager.filter(pk__in=property_ids).update(
        content_version=F("content_version") + 1
    )


def nudge_worker() -> None:
    """Wake a worker, waiting no longer than the broker's timeouts; losing this loses nothing."""
    from retrieval.tasks import embed_pending

    try:
        embed_pending.apply_async(retry=False, expires=SWEEP_EVERY)
    except embed_pending.OperationalError:
        logger.warning("No broker to wake a worker: the sweep will embed the edit.")
