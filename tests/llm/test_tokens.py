import pytest

from llm import tokens


@pytest.mark.parametrize(("bytes_", "count"), [(0, 0), (1, 1), (3, 1), (4, 2), (300, 100)])
def test_three_bytes_are_a_token_rounded_up(bytes_: int, count: int) -> None:
    assert tokens.estimate(bytes_) == count


def test_half_a_character_has_a_size_too() -> None:
    assert tokens.size("Menü \ud83e") == 7


@pytest.mark.parametrize("reported", [20, 80, 300, 400])
def test_a_count_that_can_be_is_believed(reported: int) -> None:
    assert tokens.believed(reported, bytes_=320, most=400) == reported


@pytest.mark.parametrize("reported", [0, -1, 19, 401, 10**12, 1.5, True, "80", None, [80]])
def test_a_count_that_cannot_be_is_estimated(reported: object) -> None:
    assert tokens.believed(reported, bytes_=320, most=400) == 107
