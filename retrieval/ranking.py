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

FLOORS = {ENGLISH: 0.40, MULTILINGUAL: 0.025}
"""Of `relevance`; below it, no content answers. Calibrated by leaving the right FAQ out: with it in
place 82 % of the DSTC11 turns are answered from it, without it 70 % are declined. A setting of
another model must bring its own."""

MARGINS = {ENGLISH: 0.12, MULTILINGUAL: 0.02}
"""A source this far behind the best is about something else."""

MAX_GROUNDS = 3
OTHERS = 9
FEW_OTHERS = 4
UNRELATED_E5 = 0.80
"""The cosine of a question and a text that have nothing to do with each other, in e5's space."""


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
    """The few hits that an answer may rest on, best first; none if nothing is relevant enough."""
    if not ranked or relevance(ranked, space) < FLOORS[space]:
        return ()
    least = ranked[0].score - MARGINS[space]
    return tuple(hit for hit in ranked[:MAX_GROUNDS] if hit.score >= least)


def relevance(ranked: Sequence[Hit], space: str) -> float:
    """How sure it is that the best hit is about the question.

    In MiniLM's space that is its score. e5's cosines crowd between 0.75 and 0.9, elsewhere for
    each language, so there it is how far the best stands out from the next ones: across 13
    languages the area under the curve is 0.91 against 0.80 for the score itself.
    """
    best = ranked[0].score
    if space == ENGLISH:
        return best
    others = [hit.score for hit in ranked[1 : 1 + OTHERS]]
    return best - (sum(others) / len(others) if len(others) >= FEW_OTHERS else UNRELATED_E5)
