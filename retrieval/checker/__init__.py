"""How likely it is that a text answers a guest's question (README.md, docs/retrieval.md)."""

import functools

from retrieval.checker.checker import Asked, Checker
from retrieval.embedders import get_embedder
from retrieval.embedders.base import Vectors
from retrieval.spaces import ENGLISH

__all__ = ["Asked", "Checker", "get_checker", "to_answers"]

STAND_OUT = (92.6, -3.26)
"""Slope and intercept of the log odds by how far a text stands out, fitted (docs/retrieval.md)."""


@functools.cache
def get_checker() -> Checker:
    """This process's one checker; the first question loads its weights."""
    return Checker()


def to_answers(question: Vectors, space: str) -> Asked:
    """The vector of a question in `space`, ready to search with and to judge what is found.

    Raises EmbedderError if the checker is missing or damaged.
    """
    if space == ENGLISH and get_checker().understands(get_embedder(space).model_id):
        return get_checker().asked(question)
    return Asked(question, *STAND_OUT, stands_out=True)
