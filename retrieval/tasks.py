from celery import shared_task

from retrieval import cache, outbox


@shared_task
def embed_pending() -> int:
    """Embed what the outbox holds. Runs on every nudge, and often, for the nudges that got lost."""
    return outbox.drain()


@shared_task
def embed_missed() -> int:
    """Find and embed rows that are out of date though nothing waits for them."""
    outbox.record_missed()
    return outbox.drain()


@shared_task
def forget_old_answers() -> int:
    """Delete the cached answers that can no longer be given to anybody."""
    return cache.forget_old()
