"""A line that ends ends cleanly: with its code, and without a word in the log."""

import logging

import pytest

from concierge.chat import houses
from properties.models import Property
from tests.chat.sockets import Socket, whole_answer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_errors(caplog: pytest.LogCaptureFixture) -> object:
    yield
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_who_goes_on_talking_after_a_refusal_is_not_heard(token: str) -> None:
    async with Socket("nowhere", token) as socket:
        assert await socket.close_code() == 4404
        await socket.ask("When is breakfast served?")
        await socket.send(type="stop", id="00000000-0000-0000-0000-000000000000")
        await socket.send(type="forget")
        await socket.send_raw("{")
        assert await socket.line.receive_nothing()


async def test_a_house_that_is_deleted_closes_its_open_lines_with_its_code(
    hotel: Property, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(houses, "FRESH_SECONDS", 0.0)
    async with Socket(hotel.slug, token) as socket:
        await socket.ask("When is breakfast served?")
        await whole_answer(socket)
        await hotel.adelete()
        await socket.ask("When is breakfast served?")
        assert await socket.close_code() == 4404
        await socket.ask("When is breakfast served?")
        assert await socket.line.receive_nothing()


async def test_a_house_that_is_deleted_lets_nobody_in_whom_it_knew(
    hotel: Property, token: str
) -> None:
    async with Socket(hotel.slug, token) as socket:
        await socket.ask("When is breakfast served?")
        await whole_answer(socket)
    await hotel.adelete()
    async with Socket(hotel.slug, token) as socket:
        assert await socket.close_code() == 4404
