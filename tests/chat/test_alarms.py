"""Alarms of one source are folded, never silenced: each guest reads the number, each is counted."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User

from concierge.chat import tokens
from concierge.chat.models import Handoff
from concierge.limits.rates import Rate
from properties.models import Property, QRCode
from tests.chat.sockets import Socket, text_of, whole_answer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("patience_with_valkey"),
]

IN_DANGER = "There is a fire in my room!"
AT_ONCE = 4


@pytest.fixture
def lobby(hotel: Property) -> QRCode:
    return QRCode.objects.create(property=hotel, place="Lobby")


@pytest.fixture
def one_alarm_an_hour(settings: Any) -> None:
    settings.LIMITS = {
        **settings.LIMITS,
        "alarm": {"code": Rate(1, 3600), "address": Rate(1, 3600)},
    }


async def in_danger(slug: str, token: str, address: str = "192.0.2.1") -> str:
    """What a guest with a new page reads."""
    async with Socket(slug, token, address=address) as socket:
        await socket.ask(IN_DANGER)
        return text_of(await whole_answer(socket))


@pytest.mark.parametrize("source", ["code", "address"])
async def test_forty_alarms_of_one_source_are_a_few_rows_that_count_them_all(
    hotel: Property, lobby: QRCode, source: str
) -> None:
    """As the product ships: each guest reads the number at once, each alarm is counted."""
    code = lobby.pk if source == "code" else None
    guests = [tokens.issue(hotel.pk, code) for _ in range(40)]
    addresses = [f"192.0.2.{number if source == 'code' else 1}" for number in range(40)]
    for start in range(0, 40, AT_ONCE):
        batch = slice(start, start + AT_ONCE)
        read = await asyncio.gather(
            *(
                in_danger(hotel.slug, token, address)
                for token, address in zip(guests[batch], addresses[batch], strict=True)
            )
        )
        assert all("112" in text for text in read)
    rows = [row async for row in Handoff.objects.open()]
    # Those that come at the same moment as the first do not see each other yet.
    most = {"code": 3, "address": 10}[source] + AT_ONCE
    assert len(rows) <= most
    # One that is delivered anew, as after a slow answer of Postgres, may be counted twice.
    assert sum(row.times for row in rows) >= 40
    assert all(row.urgent for row in rows)


async def test_an_alarm_is_never_silenced(
    hotel: Property, lobby: QRCode, staff: User, one_alarm_an_hour: None
) -> None:
    await in_danger(hotel.slug, tokens.issue(hotel.pk, lobby.pk))
    await sync_to_async(Handoff.objects.all().close)(staff)
    await in_danger(hotel.slug, tokens.issue(hotel.pk, lobby.pk))
    assert await Handoff.objects.open().acount() == 1


async def test_an_alarm_of_another_room_has_a_row_of_its_own(
    hotel: Property, lobby: QRCode, one_alarm_an_hour: None
) -> None:
    """In a fire, all rooms of a hotel call from one address."""
    room = await QRCode.objects.acreate(property=hotel, place="Room 12")
    for code in (lobby, room, room):
        await in_danger(hotel.slug, tokens.issue(hotel.pk, code.pk))
    calls = Handoff.objects.open().order_by("place").values_list("place", "times")
    (lobby_place, lobby_times), (room_place, room_times) = [call async for call in calls]
    assert (lobby_place, lobby_times, room_place) == ("Lobby", 1, "Room 12")
    # A call that was slow to arrive is tried again, and may be counted twice (chat/calls.py).
    assert room_times in {2, 3}
