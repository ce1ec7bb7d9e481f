import numpy as np

from llm.topic import MODEL, topic_of
from retrieval.embedders.minilm import MiniLM

EMBEDDER = MiniLM()


def topic(question: str) -> float:
    return topic_of(EMBEDDER.embed_query(question), EMBEDDER.model_id)


def test_it_was_fitted_on_the_vectors_that_ship() -> None:
    assert EMBEDDER.model_id == MODEL


def test_questions_of_one_topic_are_alike_in_other_words() -> None:
    corkage = [topic("How much is corkage?"), topic("May we bring a bottle of wine?")]
    internet = [topic("Do you have WiFi?"), topic("Is the internet connection reliable?")]
    assert min(corkage) > 0 > max(internet)


def test_nothing_is_read_into_the_vectors_of_another_model() -> None:
    assert topic_of(np.ones(384, dtype=np.float32), "another@1") == 0
    assert topic_of(np.ones(7, dtype=np.float32), "another@1") == 0
