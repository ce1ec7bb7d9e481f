"""From candidates to an order, and from the order to "nothing here answers".

Rank by cosine. Plain reciprocal rank fusion with BM25 takes FAQ recall@1 from 0.94 to 0.52, so
words only find candidates, and weigh a little where a name is what is asked for: dishes and places.
How all of this was measured is in docs/retrieval.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from retrieval.registry import content_models
from retrieval.spaces import ENGLISH, MULTILINGUAL

FLOORS = {ENGLISH: 0.40, MULTILINGUAL: 0.83}
"""Below it, no content answers the question. Calibrated by leaving the right FAQ out: at 0.40 of
the MiniLM space 82 % of the DSTC11 turns that have a right FAQ are answered from it, and 70 %
whose FAQ was removed are declined. A setting of another model must bring its own."""

MAX_GROUNDS = 3
MARGIN = 0.12
"""A source this far behind the best is about something else."""


@dataclass(frozen=True)
class Hit:
    """A piece of content and how well it fits a question.

    `similarity` is the cosine in the question's space (-1 … 1; None while the row waits to be
    embedded again), `word_rank` Postgres' ts_rank_cd (0 … 1), `score` what it is ranked by.
    """

    kind: str
    id: int
    external_id: str
    title: str
    body: str
    card: dict[str, Any] | None
    translations: dict[str, list[str]]
    language: str
    similarity: float | None
    word_rank: float
    score: float = 0.0


def rank(hits: Sequence[Hit]) -> list[Hit]:
    """Score `hits` and put the best first. Ties keep the order of kind and id."""
    models = content_models()
    scored = [
        replace(hit, score=(hit.similarity or 0.0) + models[hit.kind].word_weight * hit.word_rank)
        for hit in hits
    ]
    return sorted(scored, key=lambda hit: (-hit.score, hit.kind, hit.id))


def grounds(ranked: Sequence[Hit], space: str) -> tuple[Hit, ...]:
    """The few hits that an answer may rest on, best first; none if the best is below the floor."""
    if not ranked:
        return ()
    least = max(FLOORS[space], ranked[0].score - MARGIN)
    return tuple(hit for hit in ranked[:MAX_GROUNDS] if hit.score >= least)
