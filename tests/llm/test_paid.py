"""Everything around a paid model together: real Valkey, a real server, its faults."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from django.conf import settings
from redis.asyncio import Redis

from llm.backends.dummy import DummyBackend
from llm.backends.openai import OpenAIBackend
from llm.base import Backend, Meter, ModelError, Question, Reason
from llm.breaker import Breaker, Breakers
from llm.budget import MICRO, Budget, Limits, Prices, Spent
from llm.concurrency import Places
from llm.paid import Account, PaidBackend
from tests.llm.api_server import Request, serving, stay_silent
from tests.llm.faults import faulty
from tests.llm.questions import BREAKFAST

DAY = date(2026, 11, 21)
LIMITS = Limits(tokens=20_000, money=Decimal("1"))
_properties = count(2_000_000)


class Failing(DummyBackend):
    """Takes the question, says one word, and fails as told."""

    def __init__(self, reason: Reason) -> None:
        super().__init__("failing")
        self.reason = reason

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        meter.prompt_tokens, meter.completion_tokens = 1000, 1
        yield "Breakfast "
        raise ModelError("no", permanent=False, reason=self.reason)


class Waiting(DummyBackend):
    """Takes the question and never says a word."""

    def __init__(self) -> None:
        super().__init__("waiting")
        self.asked = asyncio.Event()

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        self.asked.set()
        await asyncio.Event().wait()
        yield ""


@pytest.fixture
def account() -> Account:
    return Account(next(_properties), DAY, LIMITS)


@pytest.fixture
async def budget() -> AsyncIterator[Budget]:
    async with Redis.from_url(settings.REDIS_URL) as redis:
        yield Budget(redis, patience_seconds=5)


def paid(
    backend: Backend, budget: Budget, *, at_once: int = 4, breakers: Breakers | None = None
) -> PaidBackend:
    return PaidBackend(
        backend,
        budget=lambda: budget,
        prices=Prices(prompt=Decimal(1), completion=Decimal(2)),
        places=Places(per_property=at_once, total=8),
        breakers=breakers or Breakers(),
        answer_tokens=400,
    )


async def ask(api: PaidBackend, account: Account) -> str:
    async with api.stream(BREAKFAST, account) as stream:
        return "".join([piece async for piece in stream])


async def refusal(api: PaidBackend, account: Account) -> Reason:
    with pytest.raises(ModelError) as caught:
        await ask(api, account)
    return caught.value.reason


async def spent(budget: Budget, account: Account) -> Spent:
    return await budget.spent(account.property_id, account.day, account.limits)


async def test_an_answer_is_billed_for_what_it_used(budget: Budget, account: Account) -> None:
    async with faulty("none") as url:
        api = paid(OpenAIBackend("api", base_url=url, model="gpt"), budget)
        async with api.stream(BREAKFAST, account) as stream:
            text = "".join([piece async for piece in stream])
    assert text == f"{BREAKFAST.sources[0].text} [1]"
    used = stream.completion
    now = await spent(budget, account)
    assert now.tokens == used.prompt_tokens + 12
    assert now.money * MICRO == used.prompt_tokens + 2 * 12


async def test_a_model_that_fails_in_the_middle_is_billed_for_what_it_used(
    budget: Budget, account: Account
) -> None:
    assert await refusal(paid(Failing("cut"), budget), account) == "cut"
    assert (await spent(budget, account)).tokens == 1001


async def test_a_server_that_took_no_question_is_not_paid(budget: Budget, account: Account) -> None:
    async with faulty("401") as url:
        backend = OpenAIBackend("api", base_url=url, model="gpt")
        assert await refusal(paid(backend, budget), account) == "auth"
    assert (await spent(budget, account)).tokens == 0


async def test_a_server_that_counts_nothing_is_paid_an_estimate(
    budget: Budget, account: Account
) -> None:
    async with faulty("no-usage") as url:
        await ask(paid(OpenAIBackend("api", base_url=url, model="gpt"), budget), account)
    assert (await spent(budget, account)).tokens > 100


async def test_a_guest_who_stops_pays_for_what_was_written(
    budget: Budget, account: Account
) -> None:
    api = paid(DummyBackend("dummy"), budget)
    async with api.stream(BREAKFAST, account) as stream:
        await anext(stream)
    assert stream.completion.finish == "cancelled"
    assert (await spent(budget, account)).tokens == 3 + 1
    assert api.breakers.states() == {account.property_id: "closed"}


async def test_a_guest_who_stops_before_the_first_word_pays_for_the_prompt(
    budget: Budget, account: Account
) -> None:
    asked = asyncio.Event()

    async def think(writer: asyncio.StreamWriter, request: Request) -> None:
        asked.set()
        await stay_silent(writer, request)

    async with serving(think) as server:
        api = paid(OpenAIBackend("api", base_url=server.url, model="gpt"), budget)
        answer = asyncio.create_task(ask(api, account))
        await asked.wait()
        answer.cancel()
        with pytest.raises(asyncio.CancelledError):
            await answer
    assert 100 < (await spent(budget, account)).tokens < 1000
    assert api.places.taken == 0
    assert api.breakers.states() == {account.property_id: "closed"}


async def test_a_spent_budget_asks_nobody_until_tomorrow(budget: Budget, account: Account) -> None:
    poor = Account(account.property_id, DAY, Limits(tokens=10))
    async with faulty("none") as url:
        api = paid(OpenAIBackend("api", base_url=url, model="gpt"), budget)
        assert await refusal(api, poor) == "budget_spent"
    assert api.breakers.states() == {account.property_id: "closed"}


async def test_an_unknown_budget_asks_nobody(account: Account) -> None:
    async with Redis.from_url("redis://127.0.0.1:1") as nowhere:
        api = paid(DummyBackend("dummy"), Budget(nowhere))
        assert await refusal(api, account) == "budget_unknown"


async def test_a_full_house_is_busy_at_once(budget: Budget, account: Account) -> None:
    backend = Waiting()
    api = paid(backend, budget, at_once=1)
    first = asyncio.create_task(ask(api, account))
    await backend.asked.wait()
    assert await refusal(api, account) == "busy"
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert api.places.taken == 0


async def test_a_model_that_keeps_failing_is_left_alone_and_costs_nothing_then(
    budget: Budget, account: Account
) -> None:
    breakers = Breakers(lambda: Breaker(failures=2))
    api = paid(Failing("timeout"), budget, breakers=breakers)
    assert [await refusal(api, account) for _ in range(3)] == ["timeout", "timeout", "breaker_open"]
    assert (await spent(budget, account)).tokens == 2 * 1001
    assert await refusal(api, Account(next(_properties), DAY, LIMITS)) == "timeout"


async def test_the_staff_are_warned_once(
    budget: Budget, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    small = Account(account.property_id, DAY, Limits(tokens=5000))
    api = paid(Failing("declined"), budget)
    with caplog.at_level(logging.WARNING, "llm.paid"):
        reasons = [await refusal(api, small) for _ in range(6)]
    assert reasons == ["declined"] * 5 + ["budget_spent"]
    (record,) = caplog.records
    assert "80 %" in record.message


async def test_nothing_is_reserved_before_the_first_piece_is_asked_for(
    budget: Budget, account: Account
) -> None:
    async with paid(DummyBackend("dummy"), budget).stream(BREAKFAST, account):
        pass
    assert (await spent(budget, account)).tokens == 0
