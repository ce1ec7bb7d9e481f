"""From candidates to an order, and from the order to "nothing here answers".

Rank by meaning. Plain reciprocal rank fusion with BM25 takes FAQ recall@1 from 0.94 to 0.52, so
words only find candidates, and weigh a little where a name is what is asked for: dishes and places.
How all of this was measured is in docs/retrieval.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from retrieval.likelihood import likelihoods
from retrieval.registry import content_models

FLOOR = 0.25
"""Of `Hit.answers`; below it, content is not even near. On the tuning houses, of what their texts
answer one question in twenty is, and two of three that nothing answers (docs/encoder.md)."""

SURE = 0.75
"""From here on, the text by itself is the answer: the staff's own words can be given. Of
what is sure on the tuning houses, one in sixteen is another text (docs/encoder.md)."""

BESIDE = 0.6
"""Of the best hit's probability; a text with less is about something else than the best."""

MAX_GROUNDS = 3


@dataclass(frozen=True)
class Hit:
    """A piece of content and how well it fits a question.

    `similarity` is the cosine with the question (-1 … 1; None where there is no
    vector to compare with), `word_rank` Postgres' ts_rank_cd (0 … 1), `waits` whether the vector
    is missing or of an older text (waiting.py), `score` what it is ranked by, `answers` how likely
    it is to answer the question (0 … 1, one scale for all languages; likelihood.py).
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
    waits: bool = False
    score: float = 0.0
    answers: float = 0.0


def rank(hits: Sequence[Hit]) -> list[Hit]:
    """Score `hits`, judge them and put the best first. Ties keep the order of kind and id."""
    models = content_models()
    scored = [
        replace(hit, score=(hit.similarity or 0.0) + models[hit.kind].word_weight * hit.word_rank)
        for hit in hits
    ]
    scored.sort(key=lambda hit: (-hit.score, hit.kind, hit.id))
    likely = likelihoods([hit.score for hit in scored])
    return [replace(hit, answers=answers) for hit, answers in zip(scored, likely, strict=True)]


def grounds(ranked: Sequence[Hit], floor: float = FLOOR) -> tuple[Hit, ...]:
    """The few hits that an answer may rest on, best first; none if none is likely to answer."""
    if not ranked:
        return ()
    least = max(floor, BESIDE * ranked[0].answers)
    return tuple(hit for hit in ranked[:MAX_GROUNDS] if hit.answers >= least)
