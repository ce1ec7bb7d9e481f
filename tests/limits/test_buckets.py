"""Token buckets on the run's real Valkey."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from concierge import valkey as clients
from concierge.limits import buckets
from concierge.limits.buckets import Bucket, fill, take
from concierge.limits.rates import Rate
from concierge.telemetry.metrics import LIMITS_MISSING
from concierge.valkey import valkey

THREE_A_MINUTE = Rate(3, 60)
patiently = pytest.mark.usefixtures("patience_with_valkey")


def of(key: str, rate: Rate = THREE_A_MINUTE) -> Bucket:
    return Bucket(f"limit:test:{key}", rate)


async def taken(*wanted: Bucket, times: int) -> list[bool]:
    return [await take(wanted) is None for _ in range(times)]


@patiently
async def test_a_bucket_gives_what_it_holds_and_says_when_there_is_more() -> None:
    assert await taken(of("guest"), times=4) == [True, True, True, False]
    refusal = await take([of("guest")])
    assert refusal is not None
    assert 19 < refusal.seconds <= 20


@patiently
async def test_an_empty_bucket_fills_again() -> None:
    quick = of("quick", Rate(1, 1))
    assert await taken(quick, times=2) == [True, False]
    await asyncio.sleep(1.01)
    assert await take([quick]) is None


@patiently
async def test_a_refused_knock_takes_from_no_bucket() -> None:
    """Or else one guest who asks too fast empties the bucket of the whole hotel."""
    guest, hotel = of("guest"), of("hotel", Rate(4, 60))
    assert await taken(guest, hotel, times=10) == [True] * 3 + [False] * 7
    assert await taken(of("another"), hotel, times=2) == [True, False]
    refusal = await take([of("a third"), hotel])
    assert refusal is not None
    assert refusal.bucket == 1


@patiently
async def test_knocks_at_the_same_moment_are_counted_one_by_one() -> None:
    everybody = await asyncio.gather(*(take([of("crowd", Rate(10, 3600))]) for _ in range(50)))
    assert sum(refusal is None for refusal in everybody) == 10


@patiently
async def test_a_full_bucket_leaves_nothing_behind() -> None:
    await take([of("drop", Rate(60, 3600))])
    assert 0 < await valkey().ttl("limit:test:drop") <= 60
    await take([of("filled")])
    await fill(["limit:test:filled"])
    assert await valkey().exists("limit:test:filled") == 0


@asynccontextmanager
async def a_frozen_valkey(settings: Any) -> AsyncIterator[None]:
    """It takes the call and says nothing, as under SIGSTOP."""
    valkey()
    await clients._clients[asyncio.get_running_loop()][0].aclose()
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        settings.REDIS_URL = f"redis://127.0.0.1:{frozen.getsockname()[1]}"
        yield


async def test_without_an_answer_nobody_is_refused_and_nobody_asks_for_a_while(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Redis] = []

    def counted() -> Redis:
        calls.append(valkey())
        return calls[-1]

    monkeypatch.setattr(buckets, "valkey", counted)
    async with asyncio.timeout(10), a_frozen_valkey(settings):
        assert await taken(of("guest", Rate(1, 3600)), times=50) == [True] * 50
    assert len(calls) == 1
    assert LIMITS_MISSING._value.get() == 1


@patiently
async def test_limits_hold_again_once_valkey_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    buckets._leave_alone(TimeoutError())
    assert await taken(of("guest", Rate(1, 3600)), times=3) == [True] * 3
    monkeypatch.setattr(buckets, "PATIENCE_AFTERWARDS", 20.0)
    monkeypatch.setattr(buckets, "_blind_until", 0.001)  # the pause is over
    assert await taken(of("guest", Rate(1, 3600)), times=3) == [True, False, False]
    assert LIMITS_MISSING._value.get() == 0
