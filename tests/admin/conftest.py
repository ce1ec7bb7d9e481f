import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from concierge.chat.models import Conversation, Handoff, Message
from faq.models import Faq, FaqTranslation
from menus.models import Item, ItemAllergen, Menu, Section
from properties.models import Membership, Property, QRCode, WidgetSite
from tests.people import CANARY, make_property

SignIn = Callable[[User], Client]


@pytest.fixture
def sign_in() -> SignIn:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def office(sign_in: SignIn, staff: User) -> Client:
    """The browser of the manager of the guests' hotel."""
    return sign_in(staff)


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("root", "root@example.com", "a-long-password")


@pytest.fixture
def both(hotel: Property, other_hotel: Property) -> User:
    """Edits at one hotel and manages the other."""
    user = User.objects.create_user("both", "both@example.com", is_staff=True)
    Membership.objects.create(user=user, property=hotel, role=Membership.Role.EDITOR)
    Membership.objects.create(user=user, property=other_hotel, role=Membership.Role.MANAGER)
    return user


@pytest.fixture
def furnished(hotel: Property) -> Property:
    """The guests' hotel with rows on every page of the admin."""
    furnish(hotel, "Lakeside")
    return hotel


@pytest.fixture
def strange(other_hotel: Property, stranger: User) -> Property:
    """Somebody else's hotel, with its canary on every page of the admin."""
    stranger.first_name = stranger.last_name = CANARY
    stranger.save()
    furnish(other_hotel, CANARY)
    return other_hotel


@pytest.fixture
def third_hotel(db: None) -> Property:
    return make_property("third", name="Third Hotel")


def furnish(property_: Property, word: str) -> None:
    FaqTranslation.objects.create(
        faq=Faq.objects.filter(property=property_)[0],
        language="de",
        question=word,
        answer=word,
    )
    ItemAllergen.objects.create(
        item=Item.objects.get(property=property_), allergen="milk", presence="contains"
    )
    Section.objects.create(menu=Menu.objects.create(property=property_, name=word), name=word)
    WidgetSite.objects.create(property=property_, origin=f"https://{word.lower()}.example")
    code = QRCode.objects.create(property=property_, place=f"{word} 2")
    conversation = Conversation.objects.create(property=property_, qr_code=code)
    Handoff.objects.hand_over(conversation, "safety", asked_id=uuid.uuid4(), urgent=True)
    Message.objects.create(
        conversation=conversation,
        asked_id=uuid.uuid4(),
        question=word,
        answer=word,
        language="en",
        status="complete",
    )
