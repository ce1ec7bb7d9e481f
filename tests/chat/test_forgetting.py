"""A guest's right to erase: their own conversation, and no one else's."""

import uuid
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from concierge.chat import storage, tokens
from concierge.chat.memory import memory
from concierge.chat.models import Conversation, Erased, Message
from llm.memory import Forgotten
from properties.models import Property
from tests.chat.sockets import Socket, text_of, whole_answer
from tests.people import ASKS_STORY

pytestmark = pytest.mark.django_db(transaction=True)


async def test_nothing_of_a_forgotten_conversation_is_kept(hotel: Property) -> None:
    token = tokens.issue(hotel.pk)
    guest = tokens.read(token, hotel.pk)
    assert guest is not None
    async with Socket(hotel.slug, token) as socket:
        await socket.ask("When is breakfast served?")
        await whole_answer(socket)
        await socket.send(type="forget")
        assert (await socket.read())["type"] == "forgotten"
    assert not await Conversation.objects.aexists()
    assert not await Message.objects.aexists()
    with pytest.raises(Forgotten):
        await memory().recall(hotel.pk, guest.conversation)


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
            assert (await socket.read())["type"] == "forgotten"
    assert await Conversation.objects.filter(pk=ours.pk).aexists()


async def test_a_guest_goes_on_in_a_new_conversation_on_the_same_line(hotel: Property) -> None:
    old = tokens.issue(hotel.pk)
    async with Socket(hotel.slug, old) as socket:
        await socket.send(type="forget")
        new = (await socket.read())["token"]
        await socket.ask("When is breakfast served?")
        await whole_answer(socket)
        await socket.ask("And on Sunday?")
        await whole_answer(socket)
    guest = tokens.read(new, hotel.pk)
    assert guest
    assert (await Conversation.objects.aget()).pk == guest.conversation
    assert await Message.objects.acount() == 2
    assert len(await memory().recall(hotel.pk, guest.conversation)) == 2


async def test_whoever_comes_back_to_an_erased_conversation_begins_a_new_one(
    hotel: Property,
) -> None:
    token = tokens.issue(hotel.pk)
    async with Socket(hotel.slug, token) as socket:
        await socket.send(type="forget")
        await socket.read()
    async with Socket(hotel.slug, token) as socket:
        assert (await socket.read())["type"] == "forgotten"
        await socket.ask("When is breakfast served?")
        assert "7:00" in text_of(await whole_answer(socket))
    assert await Message.objects.acount() == 1


async def test_what_a_manager_erases_ends_and_stays_erased(
    hotel: Property, slow_model: None, staff: User
) -> None:
    token = tokens.issue(hotel.pk)
    guest = tokens.read(token, hotel.pk)
    assert guest
    office = Client()
    await sync_to_async(office.force_login)(staff)
    async with Socket(hotel.slug, token) as socket:
        await socket.ask("Are pets allowed?")
        await whole_answer(socket)
        await socket.ask(ASKS_STORY)
        while (await socket.read())["type"] != "token":
            pass
        page = f"/admin/chat/conversation/{guest.conversation}/delete/"
        await sync_to_async(office.post)(page, {"post": "yes"})
        while (frame := await socket.read())["type"] != "forgotten":
            assert frame["type"] == "token", "the answer did not end"
        await socket.ask("When is breakfast served?")
        await whole_answer(socket)
    assert (await Conversation.objects.aget()).pk != guest.conversation
    assert (await Message.objects.aget()).question == "When is breakfast served?"
    with pytest.raises(Forgotten):
        await memory().recall(hotel.pk, guest.conversation)


async def test_nothing_comes_back_with_a_house_that_is_deleted(
    hotel: Property, token: str, slow_model: None
) -> None:
    guest = tokens.read(token, hotel.pk)
    assert guest
    async with Socket(hotel.slug, token) as socket:
        await socket.ask("Are pets allowed?")
        await whole_answer(socket)
        await socket.ask(ASKS_STORY)
        while (await socket.read())["type"] != "token":
            pass
        await Property.objects.filter(pk=hotel.pk).adelete()
        while (await socket.read())["type"] != "forgotten":
            pass
    assert not await Conversation.objects.aexists()
    with pytest.raises(Forgotten):
        await memory().recall(guest.property_id, guest.conversation)


async def test_a_conversation_belongs_to_one_property(
    hotel: Property, other_hotel: Property
) -> None:
    async with Socket(hotel.slug, token := tokens.issue(hotel.pk)) as socket:
        await socket.ask("When is breakfast served?")
        await whole_answer(socket)
    ours = tokens.read(token, hotel.pk)
    assert ours
    theirs = tokens.Guest(ours.conversation, other_hotel.pk)
    assert await storage.load(theirs) == {}
    await storage.forget(theirs)
    assert len(await storage.load(ours)) == 1


@pytest.mark.parametrize(("days", "left"), [(29, 1), (32, 0)])
def test_that_it_was_erased_is_kept_for_as_long_as_its_token_opens(days: int, left: int) -> None:
    Erased.objects.create(id=uuid.uuid4())
    Erased.objects.update(erased_at=timezone.now() - timedelta(days=days))
    Erased.objects.forget_old()
    assert Erased.objects.count() == left
