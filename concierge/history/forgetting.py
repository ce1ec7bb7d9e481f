"""How long the history reaches back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from concierge.history.models import Change, RowChange

AT_ONCE = 1000


def oldest_kept() -> datetime:
    return timezone.now() - timedelta(days=settings.HISTORY_DAYS)


def forget_old() -> int:
    """Delete what is older than HISTORY_DAYS; returns how many changes that were."""
    oldest = oldest_kept()
    _forget_rows(oldest)
    forgotten = 0
    while keys := list(Change.objects.filter(at__lt=oldest).values_list("pk", flat=True)[:AT_ONCE]):
        Change.objects.filter(pk__in=keys).delete()
        forgotten += len(keys)
    return forgotten


def _forget_rows(oldest: datetime) -> None:
    """In the database: an import's rows are many, and delete() would fetch each with its values."""
    old = RowChange.objects.filter(change__at__lt=oldest).order_by()
    while RowChange.objects.filter(pk__in=old.values("pk")[:AT_ONCE])._raw_delete(old.db):
        pass
