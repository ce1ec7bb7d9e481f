"""No question waits for ever, and nobody waits for another's."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from concierge.answering import answer as answers
from concierge.chat import houses, tokens
from concierge.chat.models import Handoff, Message
from concierge.chat.runs import RUNS
from concierge.patience import STATEMENT_SECONDS
from llm.registry import close_backends
from properties.models import Property
from tests.chat.locks import held
from tests.chat.sockets import Socket, text_of, whole_answer
from tests.chat.waiting import until
from tests.people import ASKS_STORY, STORY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "ANSWER_SECONDS", 1.0)


def model_that_needs(seconds: float, settings: Any) -> None:
    """A word of the dummy model takes so long."""
    close_backends()
    settings.LLM_BACKENDS = {"dummy": {**settings.LLM_BACKENDS["dummy"], "DELAY": seconds}}


async def test_who_waited_long_enough_for_a_model_reads_what_the_staff_wrote(
    storied: Property, token: str, settings: Any, impatient: None
) -> None:
    model_that_needs(60, settings)
    async with Socket(storied.slug, token) as socket:
        asked = await socket.ask(ASKS_STORY)
        frames = await whole_answer(socket)
    _, *words, _ = text_of(frames).split("\n")
    assert words == [ASKS_STORY, STORY]
    assert (frames[-1]["status"], frames[-1]["route"]) == ("complete", "curated")
    row = await Message.objects.aget(asked_id=asked)
    assert row.trace["fallbacks"] == [{"from": "local", "reason": "timeout"}]
    close_backends()


async def test_an_answer_that_was_begun_ends_in_time_and_says_that_it_is_not_all(
    storied: Property, token: str, settings: Any, impatient: None
) -> None:
    model_that_needs(0.1, settings)
    async with Socket(storied.slug, token) as socket:
        await socket.ask(ASKS_STORY)
        frames = await whole_answer(socket)
    assert STORY.startswith(text_of(frames).strip())
    assert 0 < len(text_of(frames)) < len(STORY)
    assert (frames[-1]["status"], frames[-1]["route"]) == ("incomplete", "local")
    close_backends()


async def test_who_waited_long_enough_for_the_database_is_sent_to_a_person_who_is_told(
    hotel: Property, token: str, impatient: None
) -> None:
    async with Socket(hotel.slug, token) as socket, held("faq_faq"):
        asked = await socket.ask("When is breakfast served?")
        frames = await whole_answer(socket)
    assert "+43 1 5550 100" in text_of(frames)
    assert (frames[-1]["status"], frames[-1]["route"]) == ("complete", "handoff")
    row = await Message.objects.aget(asked_id=asked)
    assert row.trace["fallbacks"] == [{"from": "search", "reason": "timeout"}]
    assert (await Handoff.objects.aget()).asked_id == row.asked_id


async def test_slow_statements_of_some_guests_keep_no_other_guest_waiting(hotel: Property) -> None:
    guests = [Socket(hotel.slug, tokens.issue(hotel.pk)) for _ in range(14)]
    async with held("faq_faq"):
        for guest in guests:
            await guest.__aenter__()
            await guest.ask("When is breakfast served?")
            assert (await guest.read())["type"] == "accepted"
        # In line behind them, if there was but one line.
        async with Socket(hotel.slug, tokens.issue(hotel.pk)) as other:
            await other.send(type="ping")
            assert await other.read() == {"type": "pong"}
            await other.ask("I want to speak to a person")
            assert "I have told our staff" in text_of(await first_answer(other))
            await other.ask("There is a fire in my room!")
            assert "Our staff has been alerted" in text_of(await first_answer(other))
            await other.send(type="forget")
            assert (await other.read())["type"] == "forgotten"
        assert not [run for run in RUNS.values() if run.is_finished]
    for guest in guests:
        assert "7:00" in text_of(await first_answer(guest))
        await guest.__aexit__()


async def first_answer(socket: Socket) -> list[dict[str, Any]]:
    return [frame async for frame in socket.frames()]


async def test_a_statement_that_nobody_waits_for_any_more_ends(
    hotel: Property, token: str, impatient: None
) -> None:
    async with held("faq_faq"):
        async with Socket(hotel.slug, token) as socket:
            await socket.ask("When is breakfast served?")
            await whole_answer(socket)
        # Long before its own time is over.
        async with asyncio.timeout(STATEMENT_SECONDS / 2):
            await until(nobody_waits_for_a_lock)


@sync_to_async
def nobody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchone() is None


async def test_an_edit_of_the_house_is_felt_on_an_open_line(
    hotel: Property, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(houses, "FRESH_SECONDS", 0.1)
    async with Socket(hotel.slug, token) as socket:
        await socket.ask("Can I speak to someone?")
        assert "+43 1 5550 100" in text_of(await whole_answer(socket))
        await Property.objects.filter(pk=hotel.pk).aupdate(contact_phone="+43 1 5550 999")
        await asyncio.sleep(0.15)
        await socket.ask("Can I speak to someone?")
        assert "+43 1 5550 999" in text_of(await whole_answer(socket))


async def test_a_stop_while_the_answer_is_being_saved_loses_nothing(
    hotel: Property, token: str
) -> None:
    async with Socket(hotel.slug, token) as socket:
        async with held("chat_message"):
            asked = await socket.ask("When is breakfast served?")
            frames = [frame async for frame in socket.frames()]
            await socket.send(type="stop", id=asked)
            await socket.send(type="ping")
            assert await socket.read() == {"type": "pong"}
        for run in tuple(RUNS.values()):
            await run.settled()
    row = await Message.objects.aget(asked_id=asked)
    assert (row.status, row.frames) == ("complete", frames)


async def test_a_question_that_waits_for_the_database_can_be_stopped(
    hotel: Property, token: str
) -> None:
    async with held("chat_message"), Socket(hotel.slug, token) as socket:
        asked = await socket.ask("When is breakfast served?")
        await socket.send(type="stop", id=asked)
        assert (await socket.read())["status"] == "stopped"
    assert not await Message.objects.aexists()
