"""One question, one round trip to Postgres: the best of every kind of content by meaning and by
words, always of one property.

Every kind has an arm by meaning: its nearest vectors (HNSW, or an exact scan of the property's
rows, as the planner finds cheaper). Where words weigh (ranking.py) it has one by words too: its
best full-text matches. A row of either arm gets both measures, so that ranking.py can weigh them.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from django.db import connection
from pgvector import HalfVector

from retrieval.embedders import get_embedder
from retrieval.embedders.formula import embed_question
from retrieval.fulltext import configuration
from retrieval.ranking import Hit, grounds, rank
from retrieval.registry import content_models
from retrieval.spaces import signature, space_for_question

CANDIDATES = 10
"""Rows an arm. Recall@10 of the vector arm alone is 0.99+ on DSTC9 (docs/retrieval.md)."""

COLUMNS = (
    "kind",
    "id",
    "external_id",
    "title",
    "body",
    "card",
    "translations",
    "language",
    "similarity",
    "word_rank",
)


@dataclass(frozen=True)
class Result:
    """Ranked hits, best first; those an answer may rest on; each stage's milliseconds."""

    hits: tuple[Hit, ...]
    grounds: tuple[Hit, ...]
    space: str
    timings_ms: dict[str, float]


def search(
    property_id: int,
    question: str,
    *,
    property_name: str,
    guest_language: str = "en",
    content_language: str = "en",
    limit: int = 10,
) -> Result:
    """The `limit` best pieces of content of one property for `question`, best first.

    `property_name` is taken out of the question: it says where, not what. Raises EmbedderError if
    the model is missing or damaged, django.db.Error if Postgres cannot be reached.
    """
    space = space_for_question(guest_language, content_language)
    started = time.perf_counter()
    vector = embed_question(get_embedder(space), question, property_name)
    embedded = time.perf_counter()
    hits = fetch(property_id, question, vector, space, content_language)
    fetched = time.perf_counter()
    ranked = rank(hits)
    done = time.perf_counter()
    return Result(
        tuple(ranked[:limit]),
        grounds(ranked, space),
        space,
        {
            "embed": round((embedded - started) * 1000, 3),
            "database": round((fetched - embedded) * 1000, 3),
            "rank": round((done - fetched) * 1000, 3),
        },
    )


def fetch(
    property_id: int,
    question: str,
    vector: np.ndarray[Any, np.dtype[np.float32]],
    space: str,
    content_language: str,
) -> list[Hit]:
    """The candidates of every kind, unranked, in one round trip."""
    parameters: dict[str, str | int] = {
        "property": property_id,
        "vector": HalfVector(vector).to_text(),
        "words": question,
        "config": configuration(content_language),
        "candidates": CANDIDATES,
        "models": signature(content_language),
    }
    with connection.cursor() as cursor:
        # Table and column names are ours; all that a guest wrote goes in as parameters.
        cursor.execute(_statement(space), parameters)
        return [_hit(row) for row in cursor.fetchall()]


def _hit(row: Sequence[Any]) -> Hit:
    values = dict(zip(COLUMNS, row, strict=True))
    # Django leaves jsonb as text on its connections, so that fields can choose their decoder.
    for column in ("card", "translations"):
        values[column] = json.loads(values[column]) if values[column] else None
    return Hit(**values)


@cache
def _statement(space: str) -> str:
    arms = [
        arm.format(kind=kind, table=model._meta.db_table, column=f"vector_{space}")
        for kind, model in content_models().items()
        for arm in ((_BY_MEANING, _BY_WORDS) if model.word_weight else (_BY_MEANING,))
    ]
    # UNION, not UNION ALL: a row that both arms found comes once.
    return f"WITH asked AS ({_ASKED}) " + " UNION ".join(f"({arm})" for arm in arms)


# Any of the question's words may match: guests write sentences, not search terms.
_ASKED = """
    SELECT replace(plainto_tsquery(%(config)s::regconfig, %(words)s)::text, '&', '|')::tsquery
        AS words
"""

_SELECT = """
    SELECT '{kind}'::text AS kind, id, external_id, document_title, document_body,
        document_card, document_translations, language,
        CASE WHEN embedded_hash = content_hash AND embedded_with = %(models)s
            THEN 1 - ({column} <=> %(vector)s::halfvec) END AS similarity,
        ts_rank_cd(search, (SELECT words FROM asked), 32) AS word_rank
    FROM {table}
    WHERE property_id = %(property)s AND published
"""

_BY_MEANING = (
    _SELECT
    + """
        AND embedded_hash = content_hash AND embedded_with = %(models)s
    ORDER BY {column} <=> %(vector)s::halfvec
    LIMIT %(candidates)s
"""
)

_BY_WORDS = (
    _SELECT
    + """
        AND search @@ (SELECT words FROM asked)
    ORDER BY word_rank DESC
    LIMIT %(candidates)s
"""
)
