"""The run's memory of vectors gives what the model gives."""

import numpy as np
import pytest

from retrieval.embedders import get_embedder
from retrieval.embedders.taught import Taught

TEXTS = ["Is there a pool?", "Breakfast is at 7.", "Is there a pool?", "朝食は7時からです。", ""]


def test_a_remembered_vector_is_the_one_that_the_model_computes() -> None:
    remembering, computing = get_embedder(), Taught()
    for _ in range(2):
        for text in TEXTS:
            assert np.array_equal(remembering.embed_query(text), computing.embed_query(text))
        for texts in (TEXTS, TEXTS[::-1], []):
            computed = computing.embed_documents(texts)
            assert np.array_equal(remembering.embed_documents(texts), computed)


def test_the_memory_keeps_questions_apart_from_content() -> None:
    embedder = get_embedder()
    question, (content,) = embedder.embed_query(TEXTS[0]), embedder.embed_documents(TEXTS[:1])
    assert not np.array_equal(question, content)


def test_what_is_remembered_cannot_be_changed() -> None:
    vector = get_embedder().embed_query(TEXTS[0])
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 1
