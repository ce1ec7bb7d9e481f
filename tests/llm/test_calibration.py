import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.calibration import (
    TYPICAL_DIFFICULTIES,
    Outcomes,
    area,
    bootstrap,
    curve,
    fit,
    logistic,
    nearest_neighbours,
    oracle,
    random_area,
    threshold_for,
)
from llm.router import THRESHOLD

LOCAL = np.array([1.0, 0.0, 1.0, 0.5])
OUTCOMES = Outcomes(LOCAL, np.ones(4), np.zeros(4), np.full(4, 2.0))


@given(st.lists(st.floats(0.001, 0.999), min_size=10, unique=True), st.floats(0, 1))
def test_a_threshold_keeps_the_share_local(difficulties: list[float], share: float) -> None:
    threshold = threshold_for(difficulties, share)
    kept = sum(each <= threshold for each in difficulties)
    assert abs(kept - share * len(difficulties)) <= 1


def test_a_threshold_needs_questions() -> None:
    with pytest.raises(ValueError, match="needs"):
        threshold_for([], 0.7)


def test_the_hardest_go_first() -> None:
    points = curve([0.1, 0.9, 0.2, 0.8], OUTCOMES, shares=(0, 0.25, 0.5, 1))
    assert [point.quality for point in points] == [0.625, 0.875, 1.0, 1.0]
    assert [point.cost for point in points] == [0.0, 0.5, 1.0, 2.0]


def test_no_router_beats_the_one_that_knows_the_answers() -> None:
    best = area(oracle(OUTCOMES), OUTCOMES)
    draw = np.random.default_rng(1)
    others = [area(draw.random(4), OUTCOMES) for _ in range(200)]
    assert max(others) <= best
    assert np.mean(others) == pytest.approx(random_area(OUTCOMES), abs=0.02)


def test_the_area_is_over_money_not_over_questions() -> None:
    dear_first = Outcomes(LOCAL, np.ones(4), np.zeros(4), np.array([1.0, 9.0, 1.0, 1.0]))
    assert area([0.1, 0.9, 0.2, 0.8], dear_first) < area([0.1, 0.8, 0.2, 0.9], dear_first)


def test_a_fit_finds_the_logistic_that_made_the_data() -> None:
    draw = np.random.default_rng(2)
    features = draw.random((2000, 2))
    design = np.column_stack([np.ones(2000), features])
    shortfalls = logistic(design, np.array([-1.0, 3.0, 0.0]))
    assert fit(features, shortfalls, ridge=1e-3) == pytest.approx([-1, 3, 0], abs=0.02)


def test_a_feature_that_never_varies_weighs_nothing() -> None:
    features = np.column_stack([np.linspace(0, 1, 50), np.zeros(50)])
    assert fit(features, np.linspace(0, 1, 50))[2] == 0


def test_neighbours_vote() -> None:
    vectors = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]])
    votes = nearest_neighbours(
        vectors, np.array([1.0, 0.5, 0.0]), np.array([[1.0, 0.0], [0.0, 1.0]]), neighbours=1
    )
    assert votes.tolist() == [1.0, 0.0]


def test_the_interval_of_a_router_against_itself_is_nothing() -> None:
    same = np.array([0.1, 0.9, 0.2, 0.8])
    assert bootstrap(same, same, OUTCOMES, ["a", "a", "b", "b"], rounds=20) == (0.0, 0.0)


def test_what_ships_was_fitted_together() -> None:
    assert threshold_for(TYPICAL_DIFFICULTIES, 0.7) == pytest.approx(THRESHOLD, abs=0.02)
