"""Each vector of the run is computed once, by the real model, and remembered for the next test.

The tests' content and questions are the same again and again, and a vector depends on its text
alone (`Embedder`). An embedder that a test builds itself remembers nothing.
"""

import functools
from collections.abc import Callable, Sequence

import numpy as np

from retrieval.embedders import Embedder
from retrieval.embedders.base import Vectors


def remembering(build: Callable[[str], Embedder]) -> Callable[[str], Embedder]:
    """`build`, whose embedders compute no vector twice."""

    @functools.cache
    def built(name: str) -> Embedder:
        embedder = build(name)
        # On the instance: it stays the one real embedder, of its own class.
        vars(embedder).update(
            embed_query=_query_once(embedder.embed_query),
            embed_documents=_documents_once(embedder.embed_documents),
        )
        return embedder

    return built


def _query_once(embed: Callable[[str], Vectors]) -> Callable[[str], Vectors]:
    @functools.cache
    def embed_query(text: str) -> Vectors:
        return _unchangeable(embed(text))

    return embed_query


def _documents_once(
    embed: Callable[[Sequence[str]], Vectors],
) -> Callable[[Sequence[str]], Vectors]:
    known: dict[str, Vectors] = {}

    def embed_documents(texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, embed(new), strict=True))
        return np.stack([known[text] for text in texts]) if texts else embed(texts)

    return embed_documents


def _unchangeable(vector: Vectors) -> Vectors:
    vector.flags.writeable = False
    return vector
