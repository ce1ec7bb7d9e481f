"""How long the history reaches back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from concierge.history.models import Change

AT_ONCE = 1000


def oldest_kept() -> datetime:
    return timezone.now() - timedelta(days=settings.HISTORY_DAYS)


def forget_old() -> int:
    """Delete what is older than HISTORY_DAYS; returns how many changes that were."""
    forgotten = 0
    while old := Change.objects.filter(at__lt=oldest_kept()).values_list("pk", flat=True)[:AT_ONCE]:
        keys = list(old)
        Change.objects.filter(pk__in=keys).delete()
        forgotten += len(keys)
    return forgotten
