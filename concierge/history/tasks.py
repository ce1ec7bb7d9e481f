from celery import shared_task

from concierge.history import photos
from concierge.history.forgetting import forget_old


@shared_task
def forget_old_changes() -> int:
    """Delete the changes that are older than HISTORY_DAYS."""
    return forget_old()


@shared_task
def tidy_photos() -> None:
    """Make photos of earlier versions small, and remove files that nothing names."""
    photos.tidy()
