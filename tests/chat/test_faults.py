"""Whatever the API does, its guests get an answer: whole, or marked as incomplete, and the row in
the database says which. From the guest's socket to a real server that breaks the protocol.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from concierge.chat import tokens
from concierge.chat.models import Message
from concierge.chat.runs import RUNS
from llm.registry import close_backends
from properties.models import Property
from tests.chat.sockets import Socket, text_of, whole_answer
from tests.llm.api_server import Server, backends_with, serving
from tests.llm.faults import FAULTS, IMPATIENCE

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = "When is breakfast served?"
SOURCE = "Breakfast is served from 7:00 to 10:30."
BEFORE_A_SENTENCE = {
    "refused": "refused",
    "timeout": "timeout",
    "429": "rate_limited",
    "429-retry-1": "rate_limited",
    "429-retry-60": "rate_limited",
    "500": "server_error",
    "401": "auth",
    "400-content-filter": "declined",
    "html": "bad_answer",
    "empty": "bad_answer",
    "malformed-at-once": "bad_answer",
    "another-shape": "bad_answer",
    "slow": "stalled",
    "tool-call": "bad_answer",
    "refusal": "declined",
    "huge-chunk": "endless",
}
AFTER_A_SENTENCE = {
    "malformed": "bad_answer",
    "error-event": "server_error",
    "cut": "cut",
    "reset": "cut",
    "no-finish": "cut",
    "content-filter": "declined",
}
STOPPED = "endless"
HARMLESS = ["none", "wrong-type", "half-character", "wrong-usage", "no-usage"]

Api = Callable[[str], Any]


class Told(NamedTuple):
    """What the guest's socket got, and what was kept."""

    text: str
    done: dict[str, Any]
    row: Message

    @property
    def fallbacks(self) -> list[dict[str, str]]:
        return self.row.trace.get("fallbacks", [])


@pytest.fixture
def api(settings: Any, hotel: Property) -> Any:
    """`async with api(fault)`: an API with that fault, to which this hotel's questions go.

    Impatient, so that the tests need not wait; everything else is as shipped.
    """
    hotel.sure, hotel.router_threshold = 1.0, 0.0
    hotel.save(update_fields=["sure", "router_threshold"])

    @asynccontextmanager
    async def running(fault: str) -> AsyncIterator[Server]:
        impatience = IMPATIENCE.get(fault, {})
        async with serving(FAULTS[fault]) as server:
            options = {name.upper(): value for name, value in impatience.items()}
            settings.LLM_BACKENDS = backends_with(settings, server.url, **options)
            yield server

    yield running
    RUNS.clear()  # their loop ends with the test
    close_backends()


async def ask(hotel: Property, question: str = QUESTION) -> Told:
    async with asyncio.timeout(10), Socket(hotel.slug, tokens.issue(hotel.pk)) as socket:
        asked = await socket.ask(question)
        frames = await whole_answer(socket)
    row = await Message.objects.aget(asked_id=asked)
    return Told(text_of(frames), frames[-1], row)


def assert_the_row_tells_what_the_guest_saw(told: Told) -> None:
    assert told.done["type"] == "done"
    assert told.done["status"] == told.row.status
    assert told.done["route"] == told.row.route
    assert told.row.answer == told.text


def test_every_fault_is_here() -> None:
    assert {*BEFORE_A_SENTENCE, *AFTER_A_SENTENCE, STOPPED, *HARMLESS} == FAULTS.keys()


@pytest.mark.parametrize("fault", BEFORE_A_SENTENCE)
async def test_an_api_that_says_nothing_is_replaced(hotel: Property, api: Api, fault: str) -> None:
    async with api(fault):
        told = await ask(hotel)
    assert_the_row_tells_what_the_guest_saw(told)
    assert told.fallbacks == [{"from": "api", "reason": BEFORE_A_SENTENCE[fault]}]
    assert told.row.route in {"local", "curated"}
    assert told.row.status == "complete"
    assert SOURCE in told.text


@pytest.mark.parametrize("fault", AFTER_A_SENTENCE)
async def test_an_answer_that_breaks_off_keeps_what_was_read_and_says_that_it_is_not_all(
    hotel: Property, api: Api, fault: str
) -> None:
    async with api(fault):
        told = await ask(hotel)
    assert_the_row_tells_what_the_guest_saw(told)
    assert told.fallbacks == [{"from": "api", "reason": AFTER_A_SENTENCE[fault]}]
    assert (told.row.route, told.row.status) == ("api", "incomplete")
    assert told.text.startswith(SOURCE)


async def test_an_answer_without_an_end_is_ended_and_marked(hotel: Property, api: Api) -> None:
    async with api(STOPPED):
        told = await ask(hotel)
    assert_the_row_tells_what_the_guest_saw(told)
    assert (told.row.route, told.row.status) == ("api", "incomplete")
    assert told.text.startswith(SOURCE)
    assert told.text.count("And so on.") <= 1


@pytest.mark.parametrize("fault", HARMLESS)
async def test_an_answer_of_the_api_is_whole_and_its_cost_is_kept(
    hotel: Property, api: Api, settings: Any, fault: str
) -> None:
    settings.OPENAI_PRICE_PROMPT = settings.OPENAI_PRICE_COMPLETION = Decimal(1)
    async with api(fault):
        told = await ask(hotel)
    assert_the_row_tells_what_the_guest_saw(told)
    assert told.fallbacks == []
    assert (told.row.route, told.row.status) == ("api", "complete")
    assert told.text.startswith(SOURCE)
    used = told.row.prompt_tokens + told.row.completion_tokens
    assert used > 0
    assert told.row.cost == Decimal(used) / 1_000_000


async def test_each_of_several_questions_is_paid_for(
    hotel: Property, api: Api, settings: Any
) -> None:
    settings.OPENAI_PRICE_PROMPT, settings.OPENAI_PRICE_COMPLETION = Decimal(1), Decimal(2)
    async with api("none") as server:
        told = await ask(hotel, "What time is breakfast, and can I bring my dog?")
        assert len(server.requests) == 2
    asked = [each for part in told.row.trace["parts"] for each in part["asked"]]
    prompt, completion = (sum(each[kind] for each in asked) for kind in ("prompt", "completion"))
    assert min(each["prompt"] for each in asked) > 0
    assert (told.row.prompt_tokens, told.row.completion_tokens) == (prompt, completion)
    assert told.row.cost == Decimal(prompt + 2 * completion) / 1_000_000


async def test_a_spent_budget_asks_the_api_no_more(hotel: Property, api: Api) -> None:
    hotel.daily_tokens = 1
    await hotel.asave(update_fields=["daily_tokens"])
    async with api("none") as server:
        told = await ask(hotel)
        assert server.requests == []
    assert told.fallbacks == [{"from": "api", "reason": "budget_spent"}]
    assert told.row.status == "complete"
    assert SOURCE in told.text


async def test_a_wrong_key_is_found_out_once_and_then_left_alone(hotel: Property, api: Api) -> None:
    async with api("401") as server:
        told = [
            await ask(hotel, question)
            for question in ("Are pets allowed?", "Where can I park?", "Is there Wi-Fi?")
        ]
        assert len(server.requests) == 1
    assert [each.fallbacks[0]["reason"] for each in told] == [
        "auth",
        "breaker_open",
        "breaker_open",
    ]
    assert {each.row.status for each in told} == {"complete"}


async def test_the_budget_and_the_failures_of_a_stranger_are_not_ours(
    hotel: Property, other_hotel: Property, api: Api
) -> None:
    other_hotel.daily_tokens = 1
    other_hotel.sure, other_hotel.router_threshold = 1.0, 0.0
    await other_hotel.asave(update_fields=["daily_tokens", "sure", "router_threshold"])
    async with api("none"):
        assert (await ask(other_hotel)).fallbacks == [{"from": "api", "reason": "budget_spent"}]
        assert (await ask(hotel)).row.route == "api"
