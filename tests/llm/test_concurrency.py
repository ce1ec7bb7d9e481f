import pytest

from llm.base import ModelError
from llm.concurrency import Places


def assert_busy(places: Places, property_id: int) -> None:
    with pytest.raises(ModelError) as caught, places.taking(property_id):
        pytest.fail("a call came through")
    assert caught.value.reason == "busy"
    assert not caught.value.permanent


def test_a_property_that_has_its_share_is_busy_at_once_and_others_are_not() -> None:
    places = Places(per_property=1, total=9)
    with places.taking(1):
        assert_busy(places, 1)
        with places.taking(2):
            assert places.taken == 2


def test_the_process_has_a_limit_too() -> None:
    places = Places(per_property=2, total=2)
    with places.taking(1), places.taking(2):
        assert_busy(places, 3)


def test_a_place_is_free_again_however_an_answer_ended() -> None:
    places = Places(per_property=1, total=1)
    with pytest.raises(ValueError, match="broken"), places.taking(1):
        raise ValueError("broken")
    assert places.taken == 0
    with places.taking(1):
        pass
