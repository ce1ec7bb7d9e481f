"""Other words for the same: found in the statement that searches the content anyway.

Likeness alone cannot tell "Can I smoke here?" from "Can't I smoke here?", or Saturday from Sunday:
the vectors of right and wrong hits overlap (vCache, arXiv:2502.03771; GPTCache#694). So what a
question is about (words.py) must be the same word for word, and is what the row is found by: a
B-tree lookup, and no vector index. The vectors then only have to agree.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from django.conf import settings
from pgvector import HalfVector

from retrieval.cache.base import Cached, Key
from retrieval.cache.words import content_words
from retrieval.embedders import get_embedder
from retrieval.embedders.formula import without_name
from retrieval.models import CachedAnswer, OutboxEntry
from retrieval.tenants import tenant_model

THRESHOLD = 0.71
"""Least cosine of two questions of the same words: just below that of the least alike of 86 true
paraphrases (docs/cache.md)."""


@dataclass(frozen=True)
class Lookup:
    """A question as the cache knows it. `vector` has the shape (DIMENSIONS,) and length 1."""

    key: Key
    words: str
    vector: np.ndarray[Any, np.dtype[np.float32]]

    @property
    def embedded_with(self) -> str:
        return get_embedder().model_id

    @property
    def parameters(self) -> dict[str, str | int]:
        return {
            "property": self.key.property_id,
            "audience": self.key.audience,
            "language": self.key.language,
            "cache_words": self.words,
            "cache_vector": HalfVector(self.vector).to_text(),
            "cache_model": self.embedded_with,
            "cache_ttl": settings.CACHE_TTL,
        }


@dataclass(frozen=True)
class Slot:
    """Where the answer to a question that missed may be kept, and the content it is made from."""

    lookup: Lookup
    content_version: int


def lookup(
    key: Key,
    question: str,
    vector: np.ndarray[Any, np.dtype[np.float32]],
    property_name: str,
) -> Lookup:
    words = content_words(without_name(question, property_name), key.language)
    return Lookup(key, key.digest(" ".join(words)), vector)


def outcome(asked: Lookup, row: Sequence[Any] | None) -> tuple[Cached | None, Slot | None]:
    """What a row of `statement()` says: the answer given before, or where to keep the next one.

    Neither while an edit waits to be embedded: an answer made now may miss it.
    """
    if row is None:
        return None, None
    version, is_complete, answer, similarity = row
    if answer is not None and similarity >= THRESHOLD:
        # What another version of this code wrote is a miss, to be overwritten.
        with suppress(ValueError, TypeError):
            return Cached.from_json(answer), None
    return None, Slot(asked, version) if is_complete else None


@cache
def statement() -> str:
    """SQL for one row at most, of one property; its parameters are a `Lookup`'s.

    The version is read before the content is, so an edit between them only wastes an answer.
    """
    return f"""
        SELECT tenant.content_version,
            NOT EXISTS (
                SELECT FROM {OutboxEntry._meta.db_table} WHERE property_id = tenant.id
            ),
            known.answer,
            1 - (known.vector <=> %(cache_vector)s::halfvec)
        FROM {tenant_model()._meta.db_table} tenant
        LEFT JOIN {CachedAnswer._meta.db_table} known
            ON known.property_id = tenant.id
            AND known.audience = %(audience)s
            AND known.language = %(language)s
            AND known.words = %(cache_words)s
            AND known.embedded_with = %(cache_model)s
            AND known.content_version = tenant.content_version
            AND known.created_at > now() - make_interval(secs => %(cache_ttl)s)
        WHERE tenant.id = %(property)s
    """  # noqa: S608  our own table names
