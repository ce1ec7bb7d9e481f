"""Who asks too fast is told when to come back, and who is in danger is heard all the same."""

import asyncio
from typing import Any

import pytest

from concierge.chat import calls, tokens
from concierge.chat.models import Erased, Handoff, Message
from concierge.chat.runs import RUNS
from concierge.limits.rates import Rate
from properties.models import Property
from tests.chat.locks import held
from tests.chat.sockets import Socket, text_of, whole_answer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("patience_with_valkey"),
]

IN_DANGER = "There is a fire in my room!"
BREAKFAST = "What time is breakfast?"


@pytest.fixture
def limited(settings: Any) -> dict[str, dict[str, Rate]]:
    settings.LIMITS = {door: {} for door in settings.LIMITS}
    return settings.LIMITS


async def asked(socket: Socket, text: str) -> list[dict[str, Any]]:
    await socket.ask(text)
    return await whole_answer(socket)


async def test_who_asks_too_fast_is_told_when_to_ask_again(
    hotel: Property, token: str, limited: Any
) -> None:
    limited["question"]["conversation"] = Rate(2, 7200)
    async with Socket(hotel.slug, token) as socket:
        for _ in range(2):
            assert (await asked(socket, BREAKFAST))[-1]["type"] == "done"
        [refused] = await asked(socket, BREAKFAST)
        assert refused["code"] == "too_many"
        assert 3500 < refused["retry_after"] <= 3600
        assert refused["message"] == "That was a lot at once. Please ask again in 60 minutes."
        await socket.send(type="ping")
        assert await socket.read() == {"type": "pong"}


async def test_a_guest_who_asks_too_fast_holds_up_nobody_else(
    hotel: Property, token: str, limited: Any
) -> None:
    limited["question"] |= {"conversation": Rate(1, 3600), "address": Rate(3, 3600)}
    async with Socket(hotel.slug, token) as greedy:
        answers = [await asked(greedy, BREAKFAST) for _ in range(5)]
    assert [frames[-1]["type"] for frames in answers] == ["done", *["error"] * 4]
    async with Socket(hotel.slug, tokens.issue(hotel.pk)) as neighbour:
        assert (await asked(neighbour, BREAKFAST))[-1]["type"] == "done"


async def test_coming_back_for_an_answer_is_no_question(
    hotel: Property, token: str, limited: Any
) -> None:
    limited["question"]["conversation"] = Rate(1, 3600)
    async with Socket(hotel.slug, token) as socket:
        question = await socket.ask(BREAKFAST)
        first = await whole_answer(socket)
        await socket.ask(BREAKFAST, question)
        assert await whole_answer(socket) == first
    async with Socket(hotel.slug, token) as again:
        await again.ask(BREAKFAST, question)
        assert await whole_answer(again) == first


async def test_who_is_in_danger_is_heard_whatever_was_asked_before(
    storied: Property, token: str, slow_model: None, limited: Any
) -> None:
    limited["question"] |= {"conversation": Rate(1, 3600), "address": Rate(1, 3600)}
    async with Socket(storied.slug, token) as socket:
        await asked(socket, BREAKFAST)
        assert (await asked(socket, BREAKFAST))[-1]["code"] == "too_many"
        assert "112" in text_of(await asked(socket, IN_DANGER))


async def test_too_many_sockets_are_told_when_to_come_back(
    hotel: Property, token: str, limited: Any
) -> None:
    limited["socket"]["conversation"] = Rate(1, 3600)
    async with Socket(hotel.slug, token):
        pass
    async with Socket(hotel.slug, token) as socket:
        assert socket.accepted
        closing = await socket.line.receive_output(5)
        assert (closing["type"], closing["code"]) == ("websocket.close", 4429)
        assert closing["reason"] == (
            "Too many guests at once. Please come back in 60 minutes. In danger, call 112."
        )


async def closed(slug: str, token: str) -> int:
    async with Socket(slug, token) as socket:
        return await socket.close_code()


async def test_a_socket_without_a_token_of_ours_costs_no_read_and_counts_for_its_address(
    hotel: Property, limited: Any
) -> None:
    limited["socket"]["address"] = Rate(2, 3600)
    async with held("properties_property"):
        assert await closed("nowhere", "forged") == 4401
        assert await closed(hotel.slug, tokens.issue(hotel.pk)[:-1]) == 4401
        assert await closed(hotel.slug, "forged") == 4429


async def test_a_socket_of_no_house_is_held_before_anything_is_read(
    token: str, limited: Any
) -> None:
    limited["socket"]["address"] = Rate(1, 3600)
    assert await closed("nowhere", token) == 4404
    async with held("properties_property"):
        assert await closed("nowhere", token) == 4429


async def test_who_forgets_without_end_is_told_when_to_come_back(
    hotel: Property, token: str, limited: Any
) -> None:
    limited["question"]["address"] = Rate(1, 3600)
    async with Socket(hotel.slug, token) as socket:
        await socket.send(type="forget")
        assert (await socket.read())["type"] == "forgotten"
        await socket.send(type="forget")
        refused = await socket.read()
    assert (refused["code"], refused["retry_after"]) == ("too_many", 3600)
    assert await Erased.objects.acount() == 1


async def test_who_asks_to_forget_again_while_it_is_done_is_served_once(
    hotel: Property, token: str, limited: Any
) -> None:
    limited["question"]["address"] = Rate(3, 3600)
    async with Socket(hotel.slug, token) as socket:
        await asked(socket, BREAKFAST)
        async with held("chat_erased"):
            for _ in range(5):
                await socket.send(type="forget")
            await socket.send(type="ping")
            assert await socket.read() == {"type": "pong"}
        assert (await socket.read())["type"] == "forgotten"
        await socket.send(type="forget")
        assert (await socket.read())["type"] == "forgotten"


async def test_who_alarms_without_end_reads_the_number_each_time_and_nothing_more_is_written(
    hotel: Property, token: str, limited: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One that is delivered anew may be counted twice.
    monkeypatch.setattr(calls, "SECONDS_TO_TELL", 20.0)
    limited["alarm"]["conversation"] = limited["question"]["conversation"] = Rate(1, 3600)
    async with Socket(hotel.slug, token) as socket:
        for _ in range(6):
            assert "112" in text_of(await asked(socket, IN_DANGER))
    # One within its share of alarms, one within its share of questions.
    assert await Message.objects.acount() == 2
    assert (await Handoff.objects.aget()).times == 2
    assert len(RUNS) == 2


async def test_alarms_that_cannot_be_written_yet_do_not_pile_up(
    hotel: Property, token: str, limited: Any
) -> None:
    async with Socket(hotel.slug, token) as socket:
        async with held("chat_message"):
            for _ in range(6):
                await socket.ask(IN_DANGER)
                assert "112" in text_of([frame async for frame in socket.frames()])
        for run in tuple(RUNS.values()):
            await run.settled()
    assert await Message.objects.acount() == 3


async def test_two_hundred_guests_behind_one_address_are_served(hotel: Property) -> None:
    async def served() -> str:
        async with Socket(hotel.slug, tokens.issue(hotel.pk)) as socket:
            return text_of(await asked(socket, BREAKFAST))

    for _ in range(20):
        answers = await asyncio.gather(*(served() for _ in range(10)))
        assert set(answers) == {"Breakfast is served from 7:00 to 10:30."}
