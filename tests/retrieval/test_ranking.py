import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ranking import FLOORS, MAX_GROUNDS, Hit, grounds, rank, relevance
from retrieval.spaces import ENGLISH, MULTILINGUAL


def hit(similarity: float | None, kind: str = "faq", id_: int = 1, word_rank: float = 0.0) -> Hit:
    return Hit(kind, id_, str(id_), "title", "body", None, {}, "en", similarity, word_rank)


def ranked(*similarities: float) -> list[Hit]:
    return rank([hit(each, id_=n) for n, each in enumerate(similarities)])


@given(st.lists(st.floats(-1, 1), max_size=20))
def test_the_most_similar_comes_first_and_nothing_is_lost(similarities: list[float]) -> None:
    scores = [each.score for each in ranked(*similarities)]
    assert scores == sorted(similarities, reverse=True)


def test_words_weigh_for_dishes_and_not_for_faqs() -> None:
    faq, dish = rank([hit(0.5, word_rank=0.9), hit(0.5, "menu", word_rank=0.9)])[::-1]
    assert faq.score == 0.5
    assert dish.score > 0.5


def test_a_row_that_waits_to_be_embedded_counts_by_its_words_only() -> None:
    assert rank([hit(None, "menu", word_rank=0.5)])[0].score < FLOORS[ENGLISH]


def test_nothing_found_is_no_ground() -> None:
    assert grounds([], ENGLISH) == ()


@pytest.mark.parametrize(("best", "count"), [(0.39, 0), (0.41, 1)])
def test_english_answers_from_the_floor_on(best: float, count: int) -> None:
    assert len(grounds(ranked(best, 0.1), ENGLISH)) == count


def test_across_languages_the_best_must_stand_out() -> None:
    crowd = [0.84, 0.84, 0.835, 0.83, 0.83]
    assert grounds(ranked(0.85, *crowd), MULTILINGUAL) == ()
    assert len(grounds(ranked(0.88, *crowd), MULTILINGUAL)) == 1


def test_where_there_is_little_content_unrelated_text_is_the_measure() -> None:
    assert relevance(ranked(0.87), MULTILINGUAL) == pytest.approx(0.07)
    assert grounds(ranked(0.81), MULTILINGUAL) == ()


def test_sources_far_behind_the_best_are_left_out_and_few_remain() -> None:
    assert len(grounds(ranked(0.8, 0.75, 0.6), ENGLISH)) == 2
    assert len(grounds(ranked(*[0.8] * 8), ENGLISH)) == MAX_GROUNDS
