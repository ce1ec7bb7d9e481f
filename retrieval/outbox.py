"""The way of one edit: an entry in the edit's own transaction, claimed and embedded by a worker.

The broker only carries a nudge. If it is lost (Redis down, frozen, restarted; a worker killed),
the entry is still there and the periodic sweep finds it. Claiming is a row lock with SKIP LOCKED
held while embedding: a worker that dies gives its entries back at once, and two workers never do
the same one.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from retrieval import indexing
from retrieval.models import Embedded, OutboxEntry
from retrieval.registry import content_models

logger = logging.getLogger(__name__)
BATCH = 64
RETRY_AFTER = timedelta(seconds=30)


def record(rows: Iterable[Embedded]) -> None:
    """Note that `rows` were written or deleted. Call inside the transaction that does it."""
    entries = [
        OutboxEntry(property_id=row.property_id, kind=row.kind, object_id=row.pk) for row in rows
    ]
    if not entries:
        return
    OutboxEntry.objects.bulk_create(entries)
    bump_content_version({entry.property_id for entry in entries})
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

    Two workers that embed two versions of a row at once may store the older one last, an embedder
    may have been changed, a row restored from a backup: whatever the reason, this ends it.
    """
    found = 0
    for kind, model in content_models().items():
        waiting = OutboxEntry.objects.filter(kind=kind, object_id=OuterRef("pk"))
        found += _queue(kind, indexing.missed(model).filter(~Exists(waiting)))
    return found


def _queue(kind: str, rows: models.QuerySet[Embedded], anew: bool = False) -> int:
    """An entry a row, for rows that nobody wrote: their property's content is what it was."""
    entries = [
        OutboxEntry(property_id=property_id, kind=kind, object_id=pk, anew=anew)
        for property_id, pk in rows.values_list("property_id", "pk")
    ]
    return len(OutboxEntry.objects.bulk_create(entries))


def bump_content_version(property_ids: Iterable[int]) -> None:
    """What was cached for older versions of these properties no longer holds."""
    tenant_model()._default_manager.filter(pk__in=property_ids).update(
        content_version=F("content_version") + 1
    )


def tenant_model() -> type[models.Model]:
    """The model of properties, reached through a foreign key: this floor does not import it."""
    model = OutboxEntry._meta.get_field("property").related_model
    assert isinstance(model, type)  # noqa: S101  a name only until the apps are loaded
    return model


def nudge_worker() -> None:
    """Wake a worker, waiting no longer than the broker's timeouts; losing this loses nothing."""
    from retrieval.tasks import embed_pending

    try:
        embed_pending.apply_async(retry=False)
    except embed_pending.OperationalError:
        logger.warning("No broker to wake a worker: the sweep will embed the edit.")


def drain(on_progress: Callable[[int], object] = lambda done: None, batch: int = BATCH) -> int:
    """Embed all that is due, batch by batch; returns how many entries were done.

    Safe to run anywhere at the same time, and again: a batch is one transaction.
    """
    total = 0
    while done := _drain_batch(batch):
        total += done
        on_progress(done)
    return total


def _drain_batch(batch: int) -> int:
    with transaction.atomic():
        entries = list(
            OutboxEntry.objects.filter(due_at__lte=timezone.now())
            .select_for_update(skip_locked=True)
            .order_by("pk")[:batch]
        )
        try:
            _embed_and_forget(entries)
        except Exception:
            logger.exception("Embedding %d entries together failed; trying one by one.", batch)
            for entry in entries:
                _embed_or_postpone(entry)
    return len(entries)


def _embed_and_forget(entries: list[OutboxEntry]) -> None:
    with transaction.atomic():
        indexing.embed_entries(entries)
        OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()


def _embed_or_postpone(entry: OutboxEntry) -> None:
    """Keep what fails, with the reason, and let the others pass it."""
    try:
        _embed_and_forget([entry])
    except Exception as error:
        logger.exception("Embedding %s failed; again in %s.", entry, RETRY_AFTER)
        entry.attempts += 1
        entry.due_at = timezone.now() + RETRY_AFTER
        entry.error = f"{type(error).__name__}: {error}"[:500]
        entry.save()
