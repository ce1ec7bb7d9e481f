"""The run's memory of vectors gives what the model gives."""

import numpy as np
import pytest

from retrieval.embedders import get_embedder
from retrieval.embedders.e5 import E5
from retrieval.embedders.minilm import MiniLM

TEXTS = ["Is there a pool?", "Breakfast is at 7.", "Is there a pool?", "朝食は7時からです。", ""]


@pytest.mark.parametrize(("space", "model"), [("english", MiniLM), ("multilingual", E5)])
def test_a_remembered_vector_is_the_one_that_the_model_computes(
    space: str, model: type[MiniLM] | type[E5]
) -> None:
    remembering, computing = get_embedder(space), model()
    for _ in range(2):
        for text in TEXTS:
            assert np.array_equal(remembering.embed_query(text), computing.embed_query(text))
        for texts in (TEXTS, TEXTS[::-1], []):
            computed = computing.embed_documents(texts)
            assert np.array_equal(remembering.embed_documents(texts), computed)


def test_the_memory_keeps_questions_apart_from_content() -> None:
    e5 = get_embedder("multilingual")
    question, (content,) = e5.embed_query(TEXTS[0]), e5.embed_documents(TEXTS[:1])
    assert not np.array_equal(question, content)


def test_what_is_remembered_cannot_be_changed() -> None:
    vector = get_embedder("english").embed_query(TEXTS[0])
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 1
