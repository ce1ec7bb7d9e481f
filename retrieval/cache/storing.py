"""Keeping an answer in both places, and forgetting it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta

from channels.db import database_sync_to_async
from django.conf import settings
from django.db.models import F
from django.utils import timezone
from redis.asyncio import Redis

from retrieval.cache import verbatim
from retrieval.cache.base import Cached
from retrieval.cache.similar import Slot
from retrieval.models import CachedAnswer


async def store(
    redis: Redis,
    slot: Slot,
    question: str,
    answer: Cached,
    threads: ThreadPoolExecutor | None = None,
) -> None:
    """Keep a whole, checked answer for CACHE_TTL seconds.

    `question` must stand alone: what leans on a conversation is that conversation's. Postgres is
    waited for in one of `threads`, or of the event loop's own. Raises django.db.Error; a Valkey
    that is down keeps nothing.
    """
    await verbatim.keep(redis, slot.lookup.key, question, answer, settings.CACHE_TTL)
    hop = database_sync_to_async(keep, thread_sensitive=False, executor=threads)
    await hop(slot, answer)


def keep(slot: Slot, answer: Cached) -> None:
    """In Postgres; the newest answer to the same words takes the place of an older one."""
    asked = slot.lookup
    CachedAnswer.objects.bulk_create(
        [
            CachedAnswer(
                property_id=asked.key.property_id,
                audience=asked.key.audience,
                language=asked.key.language,
                words=asked.words,
                vector=asked.vector,
                embedded_with=asked.embedded_with,
                content_version=answer.content_version,
                answer=asdict(answer),
                created_at=timezone.now(),
            )
        ],
        update_conflicts=True,
        unique_fields=["property", "audience", "language", "words"],
        update_fields=["vector", "embedded_with", "content_version", "answer", "created_at"],
    )


def forget_old() -> int:
    """Delete answers past their time, or to content that is no more; returns how many."""
    expired = CachedAnswer.objects.filter(
        created_at__lt=timezone.now() - timedelta(seconds=settings.CACHE_TTL)
    )
    outdated = CachedAnswer.objects.exclude(content_version=F("property__content_version"))
    return expired.delete()[0] + outdated.delete()[0]
