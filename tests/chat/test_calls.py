"""A call for staff is not lost: not while Postgres is away, nor with the process that took it."""

import asyncio
import os
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.utils import timezone

from concierge.chat import calls, tokens
from concierge.chat.calls import Call
from concierge.chat.models import Conversation, Handoff
from properties.models import Property, QRCode
from tests.chat.locks import held
from tests.chat.sockets import Socket, text_of, whole_answer
from tests.chat.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _calls_of_this_test(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.VAR_DIR = tmp_path
    yield
    calls._waiting.clear()


@pytest.fixture
def soon_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """For calls that cannot be delivered anyway: a busy machine may take longer for the others."""
    monkeypatch.setattr(calls, "SECONDS_TO_TELL", 0.2)


@pytest.fixture
def room(hotel: Property) -> QRCode:
    return QRCode.objects.create(property=hotel, place="Room 12")


@pytest.fixture
def call(hotel: Property, room: QRCode) -> Call:
    guest = tokens.Guest(uuid.uuid4(), hotel.pk, room.pk)
    return Call(guest, uuid.uuid4(), "safety", True, timezone.now())


def files(folder: Path) -> list[Path]:
    return [*folder.glob("calls/*")]


async def delivered() -> Handoff:
    await until(Handoff.objects.aexists)
    return await Handoff.objects.aget()


async def test_staff_is_told_at_once_and_nothing_is_left_over(call: Call, tmp_path: Path) -> None:
    assert await calls.call_staff(call)
    handoff = await Handoff.objects.aget()
    assert (handoff.place, handoff.reason, handoff.urgent) == ("Room 12", "safety", True)
    assert files(tmp_path) == []


@pytest.mark.usefixtures("soon_given_up")
async def test_a_call_that_cannot_be_delivered_waits_in_a_private_file_without_words(
    hotel: Property, room: QRCode, tmp_path: Path
) -> None:
    async with Socket(hotel.slug, tokens.issue(hotel.pk, room.pk), address="203.0.113.7") as socket:
        async with held("chat_handoff"):
            await socket.ask("There is smoke in the corridor, my daughter cannot breathe!")
            text = text_of(await whole_answer(socket))
            (file,) = files(tmp_path)
            kept = file.read_text(encoding="utf-8")
            modes = [stat.S_IMODE(each.stat().st_mode) for each in (file, file.parent)]
        await delivered()
    assert "call 112 now" in text
    assert "alerted" not in text
    assert modes == [0o600, 0o700]
    assert not [word for word in ("smoke", "daughter", "203.0.113.7") if word in kept]


@pytest.mark.usefixtures("soon_given_up")
async def test_it_is_delivered_with_the_time_when_it_was_made(call: Call, tmp_path: Path) -> None:
    async with held("chat_handoff"):
        assert not await calls.call_staff(call)
    assert (await delivered()).asked_at == call.asked_at
    assert files(tmp_path) == []


async def test_what_a_process_left_behind_is_delivered_by_the_next(
    call: Call, tmp_path: Path
) -> None:
    calls._keep(call)
    calls.resume()
    handoff = await delivered()
    assert (handoff.asked_id, handoff.place) == (call.asked_id, "Room 12")


async def test_a_disk_that_hangs_keeps_staff_from_nothing(call: Call, tmp_path: Path) -> None:
    draft = call.file.with_suffix(".draft")
    draft.parent.mkdir(parents=True)
    os.mkfifo(draft)  # Whoever opens it to write waits for a reader.
    try:
        async with asyncio.timeout(10):
            assert await calls.call_staff(call)
    finally:
        os.close(os.open(draft, os.O_RDONLY | os.O_NONBLOCK))
    assert (await Handoff.objects.aget()).asked_id == call.asked_id


async def test_a_call_that_came_twice_calls_once_also_after_it_was_taken_care_of(
    call: Call, staff: User
) -> None:
    await calls.call_staff(call)
    await sync_to_async(Handoff.objects.all().close)(staff)
    assert await calls.call_staff(call)
    handoff = await Handoff.objects.aget()
    assert (handoff.status, handoff.times) == ("closed", 1)


async def test_a_guest_who_erased_the_conversation_meanwhile_is_helped_all_the_same(
    call: Call,
) -> None:
    conversation = await Conversation.objects.acreate(
        pk=call.guest.conversation, property_id=call.guest.property_id
    )
    await conversation.adelete()
    for _ in range(2):
        assert await calls.call_staff(call)
    handoff = await Handoff.objects.aget()
    assert (handoff.place, handoff.conversation_id) == ("Room 12", None)


async def test_a_call_from_a_code_that_staff_deleted_is_heard(call: Call, room: QRCode) -> None:
    await room.adelete()
    assert await calls.call_staff(call)
    assert (await Handoff.objects.aget()).place == ""


async def test_a_call_for_a_house_that_is_gone_is_not_tried_for_ever(
    call: Call, hotel: Property, tmp_path: Path
) -> None:
    await hotel.adelete()
    assert await calls.call_staff(call)
    assert files(tmp_path) == []


async def test_a_file_that_nobody_can_read_keeps_no_other_call_waiting(
    call: Call, tmp_path: Path
) -> None:
    calls._keep(call)
    (tmp_path / "calls" / "0.json").write_text("{", encoding="utf-8")
    calls.resume()
    assert (await delivered()).asked_id == call.asked_id
