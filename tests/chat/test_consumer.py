"""The guest's socket, over the real ASGI application and a real database."""

import asyncio
import json
import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from concierge.answering.answer import Asked
from concierge.chat import tokens
from concierge.chat.models import Conversation, Message
from concierge.chat.runs import RUNS, Run
from llm.registry import close_backends
from properties.models import Property
from tests.chat.locks import held
from tests.chat.sockets import Socket, text_of, whole_answer
from tests.llm.api_server import backends_with
from tests.people import ASKS_STORY, CANARY, STORY

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_question_is_answered_in_numbered_frames_and_kept(
    hotel: Property, token: str
) -> None:
    async with Socket(hotel.slug, token) as socket:
        asked = await socket.ask("When is breakfast served?")
        frames = await whole_answer(socket)
    assert [frame["n"] for frame in frames] == list(range(1, len(frames) + 1))
    assert {frame["id"] for frame in frames} == {asked}
    assert frames[0]["type"] == "accepted"
    assert text_of(frames) == "Breakfast is served from 7:00 to 10:30."
    sources = next(frame for frame in frames if frame["type"] == "sources")["sources"]
    assert sources[0]["title"] == "What time is breakfast?"
    assert frames[-1] | {"id": ""} == {
        "type": "done",
        "id": "",
        "n": len(frames),
        "status": "complete",
        "route": "curated",
        "language": "en",
    }
    message = await Message.objects.select_related("conversation").aget(asked_id=asked)
    assert message.answer == text_of(frames)
    assert message.conversation.property_id == hotel.pk
    assert message.frames == frames
    assert {"understand", "embed", "database", "rank", "first_token", "total"} <= set(
        message.trace["timings_ms"]
    )
    assert message.trace["scores"]


async def test_what_nobody_wrote_is_not_known_and_staff_are_named(
    hotel: Property, token: str
) -> None:
    async with Socket(hotel.slug, token) as socket:
        await socket.ask("Who won the 1998 football world cup?")
        frames = await whole_answer(socket)
    assert "+43 1 5550 100" in text_of(frames)
    assert frames[-1]["route"] == "handoff"
    assert not [frame for frame in frames if frame["type"] == "sources"]


async def test_asking_again_resumes_a_running_answer_without_loss_or_doubling(
    hotel: Property, token: str, slow_model: None
) -> None:
    async with Socket(hotel.slug, token) as socket:
        asked = await socket.ask(ASKS_STORY)
        seen = [await socket.read() for _ in range(3)]
    async with Socket(hotel.slug, token) as socket:
        await socket.ask(ASKS_STORY, asked, after=seen[-1]["n"])
        seen += await whole_answer(socket)
    assert [frame["n"] for frame in seen] == list(range(1, len(seen) + 1))
    assert text_of(seen) == STORY
    assert await Message.objects.acount() == 1


async def test_a_finished_answer_is_replayed_from_the_database(hotel: Property, token: str) -> None:
    async with Socket(hotel.slug, token) as socket:
        asked = await socket.ask("When is breakfast served?")
        frames = await whole_answer(socket)
    RUNS.clear()
    async with Socket(hotel.slug, token) as socket:
        await socket.ask("When is breakfast served?", asked, after=2)
        assert await whole_answer(socket) == frames[2:]
    assert await Message.objects.acount() == 1


async def test_an_answer_goes_on_while_its_guest_is_away(
    hotel: Property, token: str, slow_model: None
) -> None:
    async with Socket(hotel.slug, token) as socket:
        asked = await socket.ask(ASKS_STORY)
        await socket.read()
    await asyncio.gather(*[run.settled() for run in RUNS.values()])
    message = await Message.objects.aget(asked_id=asked)
    assert message.status == "complete"


async def test_stop_ends_the_answer_and_what_was_said_is_kept(
    hotel: Property, token: str, slow_model: None
) -> None:
    async with Socket(hotel.slug, token) as socket:
        asked = await socket.ask(ASKS_STORY)
        said = [await socket.read() for _ in range(3)]
        await socket.send(type="stop", id=asked)
        frames = said + await whole_answer(socket)
    assert frames[-1]["status"] == "stopped"
    assert "ours" not in text_of(frames)
    message = await Message.objects.aget(asked_id=asked)
    assert (message.status, message.answer) == ("stopped", text_of(frames))


async def test_an_answer_that_is_stopped_before_its_first_step_ends_all_the_same(
    hotel: Property, token: str
) -> None:
    guest = tokens.read(token, hotel.pk)
    assert guest
    run = Run(guest, uuid.uuid4(), Asked(hotel, "When is breakfast served?"))
    run.stop()
    async with asyncio.timeout(5):
        frames = [frame async for frame in run.follow(0)]
        await run.settled()
    assert [frame["type"] for frame in frames] == ["accepted", "done"]
    assert frames[-1]["status"] == "stopped"
    assert (await Message.objects.aget(asked_id=run.question_id)).status == "stopped"


async def test_a_question_that_is_sent_twice_while_it_waits_is_answered_once(
    hotel: Property, token: str
) -> None:
    async with Socket(hotel.slug, token) as socket:
        async with held("chat_message"):
            question = await socket.ask("When is breakfast served?")
            await socket.ask("When is breakfast served?", question)
        frames = await whole_answer(socket)
        assert [frame["n"] for frame in frames] == list(range(1, len(frames) + 1))
        await socket.send(type="ping")
        assert await socket.read() == {"type": "pong"}


async def test_ping_is_answered_while_an_answer_streams(
    hotel: Property, token: str, slow_model: None
) -> None:
    async with Socket(hotel.slug, token) as socket:
        await socket.ask(ASKS_STORY)
        await socket.read()
        await socket.send(type="ping")
        types = [frame["type"] async for frame in socket.frames()]
    assert "pong" in types[:-1]


@pytest.mark.parametrize("raw", ["{", "[]", '{"type": "question"}', "x" * 20_000])
async def test_a_bad_frame_gets_an_error_and_the_line_stays_open(
    hotel: Property, token: str, raw: str
) -> None:
    async with Socket(hotel.slug, token) as socket:
        await socket.send_raw(raw)
        assert (await socket.read())["type"] == "error"
        await socket.send(type="ping")
        assert await socket.read() == {"type": "pong"}


async def test_a_binary_frame_gets_an_error(hotel: Property, token: str) -> None:
    async with Socket(hotel.slug, token) as socket:
        await socket.send_raw(data=b"\x00\xff")
        assert (await socket.read())["code"] == "malformed"


async def test_more_questions_than_a_person_asks_at_once_are_refused(
    hotel: Property, token: str, slow_model: None
) -> None:
    async with Socket(hotel.slug, token) as socket:
        for _ in range(4):
            await socket.ask(ASKS_STORY)
        types = []
        while "error" not in types:
            frame = await socket.read()
            types.append(frame.get("code", frame["type"]) if frame["type"] == "error" else "")
            if "too_many" in types:
                break
        assert "too_many" in types


async def test_a_guest_of_one_property_is_not_let_into_another(
    hotel: Property, other_hotel: Property
) -> None:
    async with Socket(other_hotel.slug, tokens.issue(hotel.pk)) as socket:
        assert await socket.close_code() == 4401


async def test_no_answer_holds_what_another_property_wrote(
    hotel: Property, other_hotel: Property, token: str
) -> None:
    async with Socket(hotel.slug, token) as socket:
        for question in ("What time is breakfast?", f"Tell me about {CANARY}", "Is there a curry?"):
            await socket.ask(question)
            assert CANARY not in json.dumps(await whole_answer(socket))


async def test_a_guest_cannot_replay_or_stop_another_guests_answer(
    hotel: Property, token: str
) -> None:
    async with Socket(hotel.slug, token) as socket:
        asked = await socket.ask("When is breakfast served?")
        await whole_answer(socket)
    async with Socket(hotel.slug, tokens.issue(hotel.pk)) as stranger:
        await stranger.ask("Are pets allowed?", asked, after=0)
        assert "12 EUR" in text_of(await whole_answer(stranger))
    assert await Conversation.objects.acount() == 2


async def test_an_unknown_property_closes_the_line_with_its_code(token: str) -> None:
    async with Socket("nowhere", token) as socket:
        assert await socket.close_code() == 4404


@pytest.mark.parametrize(
    "origin", [b"https://evil.example.com", b"http://localhost:9999", b"ftp://localhost:8000", b""]
)
async def test_another_sites_page_is_not_let_in(hotel: Property, token: str, origin: bytes) -> None:
    async with Socket(hotel.slug, token, (b"origin", origin)) as socket:
        assert not socket.accepted


async def test_a_guest_who_claims_more_frames_than_there_are_gets_the_end(
    hotel: Property, token: str
) -> None:
    async with Socket(hotel.slug, token) as socket:
        asked = await socket.ask("When is breakfast served?")
        last = (await whole_answer(socket))[-1]
        await socket.ask("When is breakfast served?", asked, after=99_999)
        assert await socket.read() == last
    RUNS.clear()
    async with Socket(hotel.slug, token) as socket:
        await socket.ask("When is breakfast served?", asked, after=99_999)
        assert await socket.read() == last


async def test_an_answer_that_ends_while_its_guest_reconnects_is_not_made_twice(
    hotel: Property, token: str, slow_model: None
) -> None:
    async with Socket(hotel.slug, token) as first:
        asked = await first.ask(ASKS_STORY)
        seen = [await first.read() for _ in range(2)]
        async with Socket(hotel.slug, token) as second:
            whole = seen + await whole_answer(first)
            await second.ask(ASKS_STORY, asked, after=2)
            assert await whole_answer(second) == whole[2:]


async def test_a_model_that_bends_its_source_is_replaced_by_a_whole_answer(
    hotel: Property, token: str, generated: None, settings: Any
) -> None:
    settings.LLM_BACKENDS = {"dummy": {"CLASS": "tests.chat.bending.BendingBackend"}}
    async with Socket(hotel.slug, token) as socket:
        asked = await socket.ask("When is breakfast served?")
        frames = await whole_answer(socket)
    await sync_to_async(close_backends)()
    assert text_of(frames) == "Breakfast is served from 7:00 to 10:30."
    assert frames[-1]["status"] == "complete"
    message = await Message.objects.aget(asked_id=asked)
    assert message.trace["guard"]["replaced"] == 1
    assert message.sources[0]["title"] == "What time is breakfast?"


async def test_a_model_that_fails_lets_the_staffs_own_words_answer(
    hotel: Property, token: str, generated: None, settings: Any
) -> None:
    close_backends()
    # The discard port: nobody listens.
    settings.LLM_BACKENDS = backends_with(settings, "http://127.0.0.1:9/v1", API_KEY="none")
    settings.LLM_BACKEND = "openai"
    async with Socket(hotel.slug, token) as socket:
        asked = await socket.ask("When is breakfast served?")
        frames = await whole_answer(socket)
    await sync_to_async(close_backends)()
    _, *words, _ = text_of(frames).split("\n")
    assert words == ["What time is breakfast?", "Breakfast is served from 7:00 to 10:30."]
    message = await Message.objects.aget(asked_id=asked)
    assert (message.route, message.reason) == ("curated", "model_failed")
    assert message.trace["fallbacks"] == [{"from": "api", "reason": "refused"}]
