import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.checker import Asked, to_answers
from retrieval.ranking import FLOOR, MAX_GROUNDS, SURE, Hit, grounds, rank
from retrieval.spaces import MULTILINGUAL

VECTOR = np.eye(1, 384, dtype=np.float32)[0]
ENGLISH = Asked(VECTOR, slope=20.0, intercept=-6.0)
ACROSS = to_answers(VECTOR, MULTILINGUAL)


def hit(similarity: float | None, kind: str = "faq", id_: int = 1, word_rank: float = 0.0) -> Hit:
    return Hit(kind, id_, str(id_), "title", "body", None, {}, "en", similarity, word_rank)


def ranked(*similarities: float, asked: Asked = ENGLISH) -> list[Hit]:
    return rank([hit(each, id_=n) for n, each in enumerate(similarities)], asked)


@given(st.lists(st.floats(-1, 1), max_size=20))
def test_the_most_similar_comes_first_and_nothing_is_lost(similarities: list[float]) -> None:
    scores = [each.score for each in ranked(*similarities)]
    assert scores == sorted(similarities, reverse=True)


@given(st.lists(st.floats(-1, 1), max_size=20), st.sampled_from([ENGLISH, ACROSS]))
def test_a_better_rank_is_never_less_likely_to_answer(
    similarities: list[float], asked: Asked
) -> None:
    likely = [each.answers for each in ranked(*similarities, asked=asked)]
    assert likely == sorted(likely, reverse=True)
    assert all(0 <= each <= 1 for each in likely)


def test_words_weigh_for_dishes_and_not_for_faqs() -> None:
    dish, faq = rank([hit(0.5, word_rank=0.9), hit(0.5, "menu", word_rank=0.9)], ENGLISH)
    assert faq.score == 0.5
    assert dish.score > 0.5
    assert dish.answers > faq.answers


def test_a_row_that_waits_to_be_embedded_is_no_ground() -> None:
    assert grounds(rank([hit(None, "menu", word_rank=0.5)], ENGLISH)) == ()


def test_nothing_found_is_no_ground() -> None:
    assert grounds([]) == ()


def test_grounds_are_what_answers_from_the_floor_on() -> None:
    found = ranked(0.5, 0.4, 0.3)
    assert [each.answers for each in found] == pytest.approx([0.982, 0.881, 0.5], abs=0.001)
    assert [each.similarity for each in grounds(found, 0.8)] == [0.5, 0.4]
    assert [each.similarity for each in grounds(found, 0.9)] == [0.5]
    assert grounds(found, 0.99) == ()


def test_sources_far_behind_the_best_are_left_out() -> None:
    assert [each.similarity for each in grounds(ranked(0.5, 0.4, 0.3))] == [0.5, 0.4]
    assert [each.similarity for each in grounds(ranked(0.32, 0.3, 0.1))] == [0.32, 0.3]


def test_few_grounds_remain() -> None:
    assert len(grounds(ranked(*[0.8] * 8))) == MAX_GROUNDS


def test_across_languages_the_best_must_stand_out() -> None:
    crowd = [0.84, 0.84, 0.835, 0.83, 0.83]
    assert grounds(ranked(0.85, *crowd, asked=ACROSS)) == ()
    assert len(grounds(ranked(0.88, *crowd, asked=ACROSS))) == 1


def test_where_there_is_little_content_unrelated_text_is_the_measure() -> None:
    assert grounds(ranked(0.81, asked=ACROSS)) == ()
    assert len(grounds(ranked(0.87, asked=ACROSS))) == 1


def test_one_source_alone_needs_more_than_a_ground_does() -> None:
    assert FLOOR < SURE < 1
