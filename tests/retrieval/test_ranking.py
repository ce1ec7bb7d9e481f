from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from retrieval.likelihood import NOTHING
from retrieval.ranking import BESIDE, FLOOR, MAX_GROUNDS, SURE, Hit, grounds, rank


def hit(similarity: float | None, kind: str = "faq", id_: int = 1, word_rank: float = 0.0) -> Hit:
    return Hit(kind, id_, str(id_), "title", "body", None, {}, "en", similarity, word_rank)


def ranked(*similarities: float) -> list[Hit]:
    return rank([hit(each, id_=n) for n, each in enumerate(similarities)])


@given(st.lists(st.floats(-1, 1), max_size=20))
def test_the_most_similar_comes_first_and_nothing_is_lost(similarities: list[float]) -> None:
    scores = [each.score for each in ranked(*similarities)]
    assert scores == sorted(similarities, reverse=True)


@given(st.lists(st.floats(-1, 1), max_size=20))
def test_a_better_rank_is_never_less_likely_to_answer(similarities: list[float]) -> None:
    likely = [each.answers for each in ranked(*similarities)]
    assert likely == sorted(likely, reverse=True)
    assert all(0 <= each <= 1 for each in likely)


def test_words_weigh_for_dishes_and_not_for_faqs() -> None:
    dish, faq = rank([hit(0.5, word_rank=0.9), hit(0.5, "menu", word_rank=0.9)])
    assert faq.score == 0.5
    assert dish.score > 0.5
    assert dish.answers > faq.answers


def test_a_row_that_waits_to_be_embedded_is_no_ground() -> None:
    assert grounds(rank([hit(None, "menu", word_rank=0.5)])) == ()


def test_nothing_found_is_no_ground() -> None:
    assert grounds([]) == ()


def test_grounds_are_what_answers_from_the_floor_on() -> None:
    found = ranked(NOTHING + 0.3, NOTHING + 0.25, NOTHING - 0.1)
    first, second, third = (each.answers for each in found)
    assert third < FLOOR < second < first
    assert grounds(found) == (found[0], found[1])
    assert grounds(found, (first + second) / 2) == (found[0],)
    assert grounds(found, (first + 1) / 2) == ()


def test_sources_far_behind_the_best_are_left_out() -> None:
    found = [replace(hit(0.9), answers=answers) for answers in (0.9, BESIDE * 0.9, 0.5)]
    assert grounds(found) == tuple(found[:2])


def test_few_grounds_remain() -> None:
    found = [replace(hit(0.9), answers=0.9)] * 8
    assert len(grounds(found)) == MAX_GROUNDS


def test_one_source_alone_needs_more_than_a_ground_does() -> None:
    assert FLOOR < SURE < 1
