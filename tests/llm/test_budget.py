"""Budgets in a real Valkey, as answers that start together meet it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.conf import settings
from redis.asyncio import Redis

from llm.budget import MICRO, Budget, BudgetUnknown, Limits, Prices, Reservation

DAY = date(2026, 11, 21)
LIMITS = Limits(tokens=1000, money=Decimal("0.50"))
_properties = count(1_000_000)


@pytest.fixture
def property_id() -> int:
    """A property that has spent nothing yet."""
    return next(_properties)


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with Redis.from_url(settings.REDIS_URL) as redis:
        yield redis


@pytest.fixture
def budget(redis: Redis) -> Budget:
    return Budget(redis, patience_seconds=5)


async def reserved(budget: Budget, property_id: int, tokens: int, money: int = 0) -> Reservation:
    reservation = await budget.reserve(property_id, DAY, tokens, money, LIMITS)
    assert reservation is not None
    return reservation


async def test_what_is_reserved_counts_until_it_is_settled(
    budget: Budget, property_id: int
) -> None:
    reservation = await reserved(budget, property_id, 600, 300_000)
    assert (await budget.spent(property_id, DAY, LIMITS)).tokens == 600
    await budget.settle(reservation, 100, 50_000)
    spent = await budget.spent(property_id, DAY, LIMITS)
    assert (spent.tokens, spent.money, spent.share) == (100, Decimal("0.05"), 0.1)


@pytest.mark.parametrize(("tokens", "money"), [(1001, 0), (0, MICRO // 2 + 1)])
async def test_an_answer_that_may_cost_more_than_is_left_is_not_begun(
    budget: Budget, property_id: int, tokens: int, money: int
) -> None:
    assert await budget.reserve(property_id, DAY, tokens, money, LIMITS) is None
    assert (await budget.spent(property_id, DAY, LIMITS)).share == 0


async def test_answers_that_start_together_never_overshoot(
    budget: Budget, property_id: int
) -> None:
    asked = (budget.reserve(property_id, DAY, 30, 20_000, LIMITS) for _ in range(50))
    granted = [each for each in await asyncio.gather(*asked) if each]
    assert len(granted) == 25  # 25 × 0.02 = 0.50
    assert (await budget.spent(property_id, DAY, LIMITS)).share == 1.0


async def test_many_reserve_and_settle_at_once_and_the_sum_is_right(
    budget: Budget, property_id: int
) -> None:
    async def answer() -> int:
        reservation = await budget.reserve(property_id, DAY, 100, 0, LIMITS)
        if reservation is None:
            return 0
        await asyncio.sleep(0)
        await budget.settle(reservation, 7, 0)
        return 7

    used = sum(await asyncio.gather(*(answer() for _ in range(50))))
    assert 0 < used <= 1000
    assert (await budget.spent(property_id, DAY, LIMITS)).tokens == used


async def test_a_bill_that_is_sent_twice_is_paid_once(budget: Budget, property_id: int) -> None:
    reservation = await reserved(budget, property_id, 600, 300_000)
    for _ in range(2):
        await budget.settle(reservation, 100, 50_000)
    spent = await budget.spent(property_id, DAY, LIMITS)
    assert (spent.tokens, spent.money) == (100, Decimal("0.05"))


async def test_a_reservation_that_is_sent_twice_is_made_once(
    budget: Budget, redis: Redis, property_id: int
) -> None:
    reservation = await reserved(budget, property_id, 600)
    (key,) = await redis.keys(f"budget:{property_id}:*")
    again: list[int | str] = [600, 0, 1000, -1, 60, reservation.mark]
    assert await budget._reserve([key], again)
    assert (await budget.spent(property_id, DAY, LIMITS)).tokens == 600


async def test_a_stranger_has_a_budget_of_its_own(budget: Budget, property_id: int) -> None:
    await reserved(budget, property_id, 1000)
    stranger = next(_properties)
    assert (await budget.spent(stranger, DAY, LIMITS)).tokens == 0
    await reserved(budget, stranger, 1000)


async def test_a_new_day_is_a_new_budget(budget: Budget, property_id: int) -> None:
    await reserved(budget, property_id, 1000)
    tomorrow = DAY + timedelta(days=1)
    assert await budget.reserve(property_id, tomorrow, 1000, 0, LIMITS)


async def test_the_warning_is_given_once_a_day(budget: Budget, property_id: int) -> None:
    answers = [await reserved(budget, property_id, 100) for _ in range(10)]
    warned = await asyncio.gather(*(budget.settle(answer, 100, 0) for answer in answers))
    assert sum(warned) == 1
    assert not await budget.settle(answers[0], 100, 0)


async def test_nobody_is_warned_before_80_percent_are_spent(
    budget: Budget, property_id: int
) -> None:
    first, second = [await reserved(budget, property_id, 400) for _ in range(2)]
    assert not await budget.settle(first, 399, 0)
    assert not await budget.settle(second, 400, 0)
    third = await reserved(budget, property_id, 1)
    assert await budget.settle(third, 1, 0)


async def test_without_limits_what_is_spent_is_counted_all_the_same(
    budget: Budget, property_id: int
) -> None:
    reservation = await budget.reserve(property_id, DAY, 10**9, 10**12, Limits())
    assert reservation
    assert not await budget.settle(reservation, 10**9, 10**12)
    spent = await budget.spent(property_id, DAY, Limits())
    assert (spent.tokens, spent.money, spent.share) == (10**9, Decimal(10**6), 0.0)


async def test_a_budget_of_nothing_lets_nothing_through(budget: Budget, property_id: int) -> None:
    assert await budget.reserve(property_id, DAY, 1, 0, Limits(tokens=0)) is None


async def test_a_day_is_forgotten_after_two(budget: Budget, redis: Redis, property_id: int) -> None:
    await reserved(budget, property_id, 1)
    (key,) = await redis.keys(f"budget:{property_id}:*")
    assert 0 < await redis.ttl(key) <= 2 * 24 * 3600


async def test_without_valkey_nobody_knows() -> None:
    async with Redis.from_url("redis://127.0.0.1:1") as nowhere:
        with pytest.raises(BudgetUnknown) as caught:
            await Budget(nowhere).reserve(1, DAY, 1, 0, LIMITS)
        assert caught.value.reason == "budget_unknown"
        with pytest.raises(BudgetUnknown):
            await Budget(nowhere).spent(1, DAY, LIMITS)


async def test_a_frozen_valkey_keeps_nobody_waiting() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    frozen = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = frozen.sockets[0].getsockname()[1]
    async with frozen, Redis.from_url(f"redis://127.0.0.1:{port}") as redis:
        with pytest.raises(BudgetUnknown):
            await Budget(redis, patience_seconds=0.05).reserve(1, DAY, 1, 0, LIMITS)


def test_money_is_counted_in_whole_millionths_rounded_up() -> None:
    prices = Prices(prompt=Decimal("0.15"), completion=Decimal("0.60"))
    assert prices.micros(1_000_000, 1_000_000) == 750_000
    assert prices.micros(1, 0) == 1
