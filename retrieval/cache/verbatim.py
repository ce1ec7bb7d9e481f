"""The same words again: one question to Valkey, one small one to Postgres, nothing embedded."""

import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

from retrieval.cache.base import Cached, Key
from retrieval.cache.words import normalise
from retrieval.tenants import tenant_model

logger = logging.getLogger(__name__)


async def exact(redis: Redis, key: Key, question: str) -> Cached | None:
    """The answer to the same words, whatever their case, punctuation and politeness.

    Older than the content, perhaps: ask `is_current` before a guest reads it. Without Valkey there
    is none.
    """
    try:
        found = await redis.get(name(key, question))
        return Cached.from_json(found) if found else None
    except (RedisError, OSError, TimeoutError, ValueError, TypeError) as error:
        logger.warning("No cached answer to read: %s", type(error).__name__)
        return None


async def keep(redis: Redis, key: Key, question: str, answer: Cached, ttl: int) -> None:
    try:
        await redis.set(name(key, question), answer.as_json(), ex=ttl)
    except (RedisError, OSError, TimeoutError) as error:
        logger.warning("An answer was not cached: %s", type(error).__name__)


def is_current(answer: Cached, property_id: int) -> bool:
    """Whether nothing was edited since. One round trip to Postgres, by primary key."""
    properties = tenant_model()._default_manager.filter(pk=property_id)
    version = properties.values_list("content_version", flat=True).first()
    return version == answer.content_version


def name(key: Key, question: str) -> str:
    """Where it lies in Valkey."""
    digest = key.digest(normalise(question, key.language))
    return f"cache:{key.property_id}:{key.audience}:{key.language}:{digest}"
