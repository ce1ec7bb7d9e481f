from hypothesis import given
from hypothesis import strategies as st

from retrieval.likelihood import NOTHING, likelihoods


@given(st.lists(st.floats(-2, 2), max_size=20))
def test_likelihoods_never_rise_and_stay_between_none_and_certain(scores: list[float]) -> None:
    likely = likelihoods(sorted(scores, reverse=True))
    assert len(likely) == len(scores)
    assert likely == sorted(likely, reverse=True)
    assert all(0 <= each <= 1 for each in likely)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_better_score_alone_is_never_less_likely(one: float, other: float) -> None:
    worse, better = sorted((one, other))
    assert likelihoods([worse]) <= likelihoods([better])


def test_a_text_alone_is_measured_against_what_has_nothing_to_do_with_the_question() -> None:
    assert likelihoods([NOTHING]) == [0.5]
    assert likelihoods([NOTHING + 0.2]) == likelihoods([NOTHING + 0.2, NOTHING])[:1]


def test_a_rival_that_comes_near_makes_the_first_less_likely() -> None:
    (clear, *_), (contested, *_) = likelihoods([0.8, 0.5]), likelihoods([0.8, 0.79])
    assert contested < clear


def test_who_is_behind_has_the_first_as_its_rival() -> None:
    assert likelihoods([0.8, 0.7])[1] < likelihoods([0.71, 0.7])[1]


def test_nothing_found_is_nothing_likely() -> None:
    assert likelihoods([]) == []
