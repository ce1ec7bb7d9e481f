"""`retrieval.search` over content that is in no database: what the evaluation asks about.

The same vectors, order and floor as in production; words find no candidates here, because all
content of the property is one.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from encoder import in_a_talk
from faq.models import Faq
from llm.base import Question, Source
from llm.training.evaluate import Grounds
from retrieval import ranking
from retrieval.embedders import get_embedder
from retrieval.embedders.formula import embed_items, embed_question
from retrieval.ranking import FLOOR, MAX_GROUNDS, SURE, Hit, rank

NEAR_DUPLICATE = 0.6
"""Cosine from which two FAQs of one property are taken to be about the same question: 1.6 % of the
6,502 pairs at eight of the houses in training/data that nothing was taught of."""


class OfflineSearch:
    """The English content `sources` of a property called `name`, embedded once."""

    def __init__(self, sources: Sequence[Source], name: str) -> None:
        self._sources = sources
        self._name = name
        texts = [(source.title, source.text) for source in sources]
        self.vectors = embed_items(get_embedder(), texts, name)
        """Shape (len(sources), dimensions), each of length 1."""

    def best(self, question: str, without: Collection[int] = ()) -> list[Source]:
        """As many as a model is shown, best first, none of those at the indexes `without`."""
        found = [hit for hit in self._ranked(question) if hit.id not in without]
        return self._sources_of(found[:MAX_GROUNDS])

    def grounds(self, question: str) -> Grounds:
        """The few that an answer may rest on, best first; none if none is likely to answer."""
        found = ranking.grounds(self._ranked(question), FLOOR)
        certain = bool(found) and found[0].answers >= SURE
        return Grounds(tuple(self._sources_of(found)), certain)

    def near_duplicates(self, index: int) -> set[int]:
        """The indexes of all sources that are about the same question as the one at `index`."""
        return set(np.flatnonzero(self.vectors @ self.vectors[index] >= NEAR_DUPLICATE).tolist())

    def _ranked(self, question: str) -> list[Hit]:
        vector = embed_question(get_embedder(), question, self._name)
        similarities = (self.vectors @ vector).tolist()
        return rank(list(map(self._hit, range(len(similarities)), similarities)))

    def _hit(self, index: int, similarity: float) -> Hit:
        # As an FAQ, whatever it is: a kind only says how much words count, and none are searched.
        at = self._sources[index]
        return Hit(
            Faq.kind,
            index,
            at.external_id,
            at.title,
            at.text,
            None,
            {},
            at.language,
            similarity,
            0.0,
        )

    def _sources_of(self, hits: Sequence[Hit]) -> list[Source]:
        return [replace(self._sources[hit.id], score=hit.score) for hit in hits]


def grounds(question: Question) -> Grounds:
    """Of a question's sources, those that an answer may rest on; a follow-up stands alone first."""
    before = question.history[-1].question if question.history else ""
    asked = in_a_talk(before, question.text) if before else question.text
    return OfflineSearch(question.sources, question.property_name).grounds(asked)
