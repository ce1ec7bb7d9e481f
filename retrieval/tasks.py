from celery import shared_task

from retrieval import outbox


@shared_task
def embed_pending() -> int:
    """Embed what the outbox holds. Runs on every nudge and as the periodic sweep."""
    return outbox.drain()
