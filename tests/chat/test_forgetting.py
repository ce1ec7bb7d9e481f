"""A guest's right to erase: their own conversation, and no one else's."""

import uuid

import pytest

from concierge.chat import tokens
from concierge.chat.memory import memory
from concierge.chat.models import Conversation, Message
from properties.models import Property
from tests.chat.sockets import Socket, whole_answer

pytestmark = pytest.mark.django_db(transaction=True)


async def test_nothing_of_a_forgotten_conversation_is_kept(hotel: Property) -> None:
    token = tokens.issue(hotel.pk)
    guest = tokens.read(token, hotel.pk)
    assert guest is not None
    async with Socket(hotel.slug, token) as socket:
        await socket.ask("When is breakfast served?")
        await whole_answer(socket)
        await socket.send(type="forget")
        assert await socket.read() == {"type": "forgotten"}
    assert not await Conversation.objects.aexists()
    assert not await Message.objects.aexists()
    assert await memory().recall(hotel.pk, guest.conversation) == []


async def test_a_forgotten_answer_is_not_replayed(hotel: Property) -> None:
    async with Socket(hotel.slug, tokens.issue(hotel.pk)) as socket:
        asked = await socket.ask("When is breakfast served?")
        await whole_answer(socket)
        await socket.send(type="forget")
        await socket.read()
        await socket.ask("When is breakfast served?", asked)
        assert (await whole_answer(socket))[0]["type"] == "accepted"
    assert await Message.objects.acount() == 1


async def test_an_answer_that_is_being_made_does_not_come_back(hotel: Property) -> None:
    async with Socket(hotel.slug, tokens.issue(hotel.pk)) as socket:
        await socket.ask("When is breakfast served?")
        await socket.send(type="forget")
        while (await socket.read())["type"] != "forgotten":
            pass
    assert not await Message.objects.aexists()


async def test_a_stranger_forgets_nothing_of_ours(hotel: Property, other_hotel: Property) -> None:
    ours = await Conversation.objects.acreate(id=uuid.uuid4(), property=hotel)
    for property_ in (hotel, other_hotel):
        async with Socket(property_.slug, tokens.issue(property_.pk)) as socket:
            await socket.send(type="forget")
            assert await socket.read() == {"type": "forgotten"}
    assert await Conversation.objects.filter(pk=ours.pk).aexists()
