"""Rows that the worker has not embedded yet are read by the question itself.

For a second or two after an edit a row's vector is of what it said before, or there is none. Left
out, its neighbour would be taken for the answer; found by its old vector, it would answer for what
it no longer says. So search brings such rows along, and those that may well be meant are
embedded here, once for each text: a row is ranked as it will be when the worker has been there.
"""

import functools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from retrieval.embedders import get_embedder
from retrieval.embedders.base import Vectors
from retrieval.embedders.formula import embed_items
from retrieval.ranking import Hit

READ_AT_ONCE = 12
"""Texts a question may read: 5 to 15 ms each, the first time that anybody asks. More
wait only where a whole house is imported or embedded anew; the least promising keep what they had.
"""


def read(hits: Sequence[Hit], vector: Vectors, property_name: str) -> list[Hit]:
    """`hits` with the similarity of what they say now; their order stays.

    `vector` of shape (dimensions,) and length 1 is the question's. Raises EmbedderError.
    """
    waiting = [hit for hit in hits if hit.waits]
    waiting.sort(key=lambda hit: (hit.similarity or 0.0) + hit.word_rank, reverse=True)
    now = {
        (hit.kind, hit.id): _similarity(hit, vector, property_name)
        for hit in waiting[:READ_AT_ONCE]
    }
    return [replace(hit, similarity=now.get((hit.kind, hit.id), hit.similarity)) for hit in hits]


def _similarity(hit: Hit, vector: Vectors, property_name: str) -> float:
    model_id = get_embedder().model_id
    return float(np.dot(vector, _text(model_id, property_name, hit.title, hit.body)))


@functools.lru_cache(maxsize=1024)
def _text(model_id: str, property_name: str, title: str, body: str) -> Vectors:
    """Another model's vector is another entry."""
    vector: Vectors = embed_items(get_embedder(), [(title, body)], property_name)[0]
    return vector
