"""A guest who asks at the desk to be forgotten is, by a manager of that house."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from concierge.chat.memory import memory
from concierge.chat.models import Conversation, Erased, Message
from llm.base import Turn
from llm.memory import Forgotten
from properties.models import Property
from tests.admin.conftest import SignIn
from tests.admin.pages import address


@pytest.fixture
def conversation(hotel: Property) -> Conversation:
    conversation = Conversation.objects.create(property=hotel)
    Message.objects.create(
        conversation=conversation, asked_id=conversation.pk, question="?", language="en"
    )
    remember(conversation)
    return conversation


def remember(conversation: Conversation) -> None:
    async def keep() -> None:
        turns = [Turn("Where can I park?", "In the garage.")]
        await memory().remember(conversation.property_id, conversation.pk, turns)

    async_to_sync(keep)()


def remembered(conversation: Conversation) -> list[Turn]:
    async def recall() -> list[Turn]:
        return await memory().recall(conversation.property_id, conversation.pk)

    return async_to_sync(recall)()


def is_forgotten(conversation: Conversation) -> bool:
    """Where an answer in the making would look before it is remembered, and before it is saved."""
    with pytest.raises(Forgotten):
        remembered(conversation)
    return Erased.objects.filter(pk=conversation.pk).exists()


def erase(browser: Client, conversation: Conversation) -> None:
    browser.post(address(Conversation, "delete", conversation.pk), {"post": "yes"})


def test_a_manager_erases_a_conversation_and_what_is_remembered_of_it(
    office: Client, conversation: Conversation
) -> None:
    assert remembered(conversation)
    erase(office, conversation)
    assert not Conversation.objects.exists()
    assert not Message.objects.exists()
    assert is_forgotten(conversation)


def test_several_are_erased_at_once(office: Client, conversation: Conversation) -> None:
    office.post(
        address(Conversation, "changelist"),
        {"action": "delete_selected", "_selected_action": [str(conversation.pk)], "post": "yes"},
    )
    assert not Conversation.objects.exists()
    assert is_forgotten(conversation)


def test_where_valkey_is_away_nothing_is_erased_and_the_manager_is_told(
    office: Client, conversation: Conversation, settings: Any
) -> None:
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1"
    where = address(Conversation, "delete", conversation.pk)
    page = office.post(where, {"post": "yes"}, follow=True).content.decode()
    assert "could not be deleted just now" in page
    settings.REDIS_URL = there
    assert Conversation.objects.exists()
    assert remembered(conversation)


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_nobody_else_does(
    request: pytest.FixtureRequest, sign_in: SignIn, who: str, conversation: Conversation
) -> None:
    erase(sign_in(request.getfixturevalue(who)), conversation)
    assert Conversation.objects.exists()
    assert remembered(conversation)
