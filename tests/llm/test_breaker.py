import asyncio
from collections.abc import Callable

import pytest

from llm.base import ModelError, Reason
from llm.breaker import Breaker, Breakers


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, pause=30, long_pause=300, clock=clock)


def fail(breaker: Breaker, reason: Reason = "timeout", retry_after: float | None = None) -> None:
    error = ModelError("no", permanent=False, reason=reason, retry_after=retry_after)
    with pytest.raises(ModelError) as caught, breaker.calling():
        raise error
    assert caught.value is error


def succeed(breaker: Breaker) -> None:
    with breaker.calling():
        pass


def seconds_refused(breaker: Breaker) -> float | None:
    with pytest.raises(ModelError) as caught, breaker.calling():
        pytest.fail("a call came through")
    assert caught.value.reason == "breaker_open"
    return caught.value.retry_after


def test_failures_in_a_row_open_it(breaker: Breaker) -> None:
    for _ in range(2):
        fail(breaker)
    assert breaker.state == "closed"
    fail(breaker)
    assert breaker.state == "open"
    assert seconds_refused(breaker) == 30


def test_a_success_between_them_counts_anew(breaker: Breaker) -> None:
    for _ in range(2):
        fail(breaker)
    succeed(breaker)
    for _ in range(2):
        fail(breaker)
    assert breaker.state == "closed"


def test_after_the_pause_one_call_tries_and_the_others_wait(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 30
    assert breaker.state == "half_open"
    with breaker.calling():
        seconds_refused(breaker)
    assert breaker.state == "closed"


def test_a_try_that_fails_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 30
    fail(breaker)
    assert seconds_refused(breaker) == 30


@pytest.mark.parametrize("stop", [GeneratorExit, asyncio.CancelledError])
def test_a_guest_who_stops_the_try_leaves_it_to_the_next(
    breaker: Breaker, clock: Clock, stop: type[BaseException]
) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 30
    with pytest.raises(stop), breaker.calling():
        raise stop
    assert breaker.state == "half_open"
    succeed(breaker)
    assert breaker.state == "closed"


@pytest.mark.parametrize("reason", ["auth", "no_model"])
def test_what_only_a_person_can_mend_opens_it_at_once_and_for_long(
    breaker: Breaker, reason: Reason
) -> None:
    fail(breaker, reason)
    assert seconds_refused(breaker) == 300


@pytest.mark.parametrize(("asked", "given"), [(60.0, 60.0), (1e9, 300.0)])
def test_a_server_is_left_alone_for_as_long_as_it_asks(
    breaker: Breaker, asked: float, given: float
) -> None:
    fail(breaker, "rate_limited", retry_after=asked)
    assert seconds_refused(breaker) == given


@pytest.mark.parametrize("reason", ["declined", "busy", "budget_spent", "budget_unknown"])
def test_what_is_not_the_models_fault_does_not_open_it(breaker: Breaker, reason: Reason) -> None:
    for _ in range(9):
        fail(breaker, reason)
    assert breaker.state == "closed"


def test_a_try_that_fails_in_another_way_opens_it_again_too(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, "rate_limited", retry_after=60)
    clock.now += 60
    fail(breaker)
    assert seconds_refused(breaker) == 30


def test_an_answer_begun_before_it_opened_does_not_close_it(breaker: Breaker) -> None:
    with breaker.calling():
        for _ in range(3):
            fail(breaker)
    assert breaker.state == "open"


def test_each_property_has_a_breaker_of_its_own(clock: Callable[[], float]) -> None:
    breakers = Breakers(lambda: Breaker(failures=1, clock=clock))
    fail(breakers.of(1))
    succeed(breakers.of(2))
    assert breakers.states() == {1: "open", 2: "closed"}
