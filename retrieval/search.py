"""One question, one round trip to Postgres: the best of every kind of content by meaning and by
words, always of one property.

Every kind has an arm by meaning: its nearest vectors (HNSW, or an exact scan of the property's
rows, as the planner finds cheaper). Where words weigh (ranking.py) it has one by words too: its
best full-text matches. A third brings the rows that wait to be embedded (waiting.py). A row of
any arm gets all measures, so that ranking.py can weigh them.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from pgvector import HalfVector

from retrieval import waiting
from retrieval.cache import Cached, Key, Slot, similar
from retrieval.cache.similar import Lookup
from retrieval.embedders import get_embedder
from retrieval.embedders.base import Vectors
from retrieval.embedders.formula import embed_question
from retrieval.fulltext import configuration
from retrieval.judging import judge
from retrieval.ranking import FLOOR, Hit, grounds, rank
from retrieval.registry import content_models

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
    "waits",
)


@dataclass(frozen=True)
class Result:
    """Ranked hits, best first; those an answer may rest on; each stage's milliseconds.

    `vector` is the question's, of shape (dimensions,) and length 1. `cached` is the answer given
    before to the same question, `slot` where to keep the next one.
    """

    hits: tuple[Hit, ...]
    grounds: tuple[Hit, ...]
    vector: Vectors
    timings_ms: dict[str, float]
    cached: Cached | None = None
    slot: Slot | None = None


def search(
    property_id: int,
    question: str,
    *,
    property_name: str,
    content_language: str = "en",
    limit: int = 10,
    floor: float = FLOOR,
    key: Key | None = None,
    vector: Vectors | None = None,
) -> Result:
    """The `limit` best pieces of content of one property for `question`, best first.

    `property_name` is taken out of the question: it says where, not what. An answer may rest on
    what answers with a probability of at least `floor`. `vector` is the question's, of shape
    (dimensions,), where the embedder has made it already. Raises EmbedderError if a model is
    missing or damaged, django.db.Error if Postgres cannot be reached.
    """
    started = time.perf_counter()
    if vector is None:
        vector = embed_question(get_embedder(), question, property_name)
    embedded = time.perf_counter()
    asked = key and similar.lookup(key, question, vector, property_name)
    hits, known = fetch(property_id, question, vector, content_language, asked)
    cached, slot = similar.outcome(asked, known) if asked else (None, None)
    fetched = time.perf_counter()
    ranked = rank(waiting.read(hits, vector, property_name))
    ordered = time.perf_counter()
    judged = ranked if cached else judge(question, ranked, property_name)
    done = time.perf_counter()
    return Result(
        tuple(judged[:limit]),
        grounds(judged, floor),
        vector,
        {
            "embed": round((embedded - started) * 1000, 3),
            "database": round((fetched - embedded) * 1000, 3),
            "rank": round((ordered - fetched) * 1000, 3),
            "judge": round((done - ordered) * 1000, 3),
        },
        cached,
        slot,
    )


def fetch(
    property_id: int,
    question: str,
    vector: Vectors,
    content_language: str,
    asked: Lookup | None = None,
) -> tuple[list[Hit], Sequence[Any] | None]:
    """The candidates of every kind, unranked, in one round trip.

    With `asked`, also the row of the answer cache that is the question's (similar.py).
    """
    parameters: dict[str, Any] = {
        "property": property_id,
        "vector": HalfVector(vector).to_text(),
        "words": question,
        "config": configuration(content_language),
        "candidates": CANDIDATES,
        "model": get_embedder().model_id,
    }
    with connection.cursor() as cursor:
        # Table and column names are ours; all that a guest wrote goes in as parameters.
        if asked is None:
            cursor.execute(_statement(), parameters)
            return [_hit(row) for row in cursor.fetchall()], None
        # Two statements sent as one: Postgres answers both in the same round trip.
        cursor.execute(f"{similar.statement()}; {_statement()}", parameters | asked.parameters)
        known = cursor.fetchone()
        cursor.nextset()
        return [_hit(row) for row in cursor.fetchall()], known


def _hit(row: Sequence[Any]) -> Hit:
    values = dict(zip(COLUMNS, row, strict=True))
    # Django leaves jsonb as text on its connections, so that fields can choose their decoder.
    for column in ("card", "translations"):
        values[column] = json.loads(values[column]) if values[column] else None
    return Hit(**values)


@cache
def _statement() -> str:
    arms = [
        arm.format(kind=kind, table=model._meta.db_table)
        for kind, model in content_models().items()
        for arm in (_BY_MEANING, _WAITING, *((_BY_WORDS,) if model.word_weight else ()))
    ]
    # UNION, not UNION ALL: a row that several arms found comes once.
    return f"WITH asked AS ({_ASKED}) " + " UNION ".join(f"({arm})" for arm in arms)


# Any of the question's words may match: guests write sentences, not search terms.
_ASKED = """
    SELECT replace(plainto_tsquery(%(config)s::regconfig, %(words)s)::text, '&', '|')::tsquery
        AS words
"""

_SELECT = """
    SELECT '{kind}'::text AS kind, id, external_id, document_title, document_body,
        document_card, document_translations, language,
        CASE WHEN embedded_with = %(model)s
            THEN 1 - (vector <=> %(vector)s::halfvec) END AS similarity,
        ts_rank_cd(search, (SELECT words FROM asked), 32) AS word_rank,
        waits OR embedded_with <> %(model)s AS waits
    FROM {table}
    WHERE property_id = %(property)s AND published
"""

_BY_MEANING = (
    _SELECT
    + """
        AND embedded_with = %(model)s
    ORDER BY vector <=> %(vector)s::halfvec
    LIMIT %(candidates)s
"""
)

# As comparisons that an index answers: mostly there is none.
_WAITING = (
    _SELECT
    + """
        AND (waits OR embedded_with < %(model)s OR embedded_with > %(model)s)
    ORDER BY word_rank DESC, updated_at DESC
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
