"""The people of every test: a guest and the staff of one hotel, and strangers from another.

`canary` words stand in all of the stranger's content, so a leak is a string to search for.
"""

import pytest
from django.contrib.auth.models import User

from faq.models import Faq
from menus.models import Item, Menu, Section
from properties.models import Membership, Property, QRCode
from recommendations.models import Recommendation
from retrieval import outbox
from tests.furnished import furnished

CANARY = "zanzibar"
ASKS_STORY = "What is the story of the house?"
STORY = "It was a mill. Then it burnt. A baker built it up. His son sold it. Now it is ours."


def make_property(slug: str, **values: object) -> Property:
    return Property.objects.create(
        slug=slug,
        **{
            "name": slug.title(),
            "kind": "hotel",
            "contact_name": "the front desk",
            "contact_phone": "+43 1 5550 100",
            **values,
        },
    )


def make_staff(name: str, property_: Property, role: str = Membership.Role.MANAGER) -> User:
    user = User.objects.create_user(name, f"{name}@example.com", "a-long-password", is_staff=True)
    Membership.objects.create(user=user, property=property_, role=role)
    return user


def make_item(property_: Property, name: str, **values: object) -> Item:
    menu, _ = Menu.objects.get_or_create(property=property_, name="Dinner")
    section, _ = Section.objects.get_or_create(menu=menu, name="Mains")
    return Item.objects.create(section=section, name=name, **values)


@pytest.fixture
def hotel(db: None) -> Property:
    """A hotel with a little of everything, embedded and ready to answer."""
    return furnished(_lakeside)


def _lakeside() -> Property:
    property_ = make_property("lakeside", name="Lakeside Hotel")
    for question, answer in (
        ("What time is breakfast?", "Breakfast is served from 7:00 to 10:30."),
        ("Are pets allowed?", "Dogs are welcome for 12 EUR per night."),
        ("Where can I park?", "The underground garage costs 15 EUR per night."),
        ("Is there Wi-Fi?", "Wi-Fi is free in the whole house."),
    ):
        Faq.objects.create(
            property=property_, external_id=question[:9].lower(), question=question, answer=answer
        )
    make_item(property_, "Lentil curry", price="17.50", diets=["vegan"])
    Recommendation.objects.create(
        property=property_, name="Lake cruise", category="activity", tip="Leaves from pier 3."
    )
    outbox.drain()
    return property_


@pytest.fixture
def generated(hotel: Property) -> Property:
    """The hotel, when a model writes its answers, however plain the question is."""
    hotel.sure = 1.0
    hotel.save()
    return hotel


@pytest.fixture
def storied(generated: Property) -> Property:
    """One that has a story of many sentences to tell."""
    Faq.objects.create(property=generated, external_id="story", question=ASKS_STORY, answer=STORY)
    outbox.drain()
    return generated


@pytest.fixture
def other_hotel(db: None) -> Property:
    """Somebody else's hotel, with the same questions and its canary in every answer."""
    return furnished(_elsewhere)


def _elsewhere() -> Property:
    property_ = make_property("elsewhere", name=f"Hotel {CANARY}")
    for question in ("What time is breakfast?", "Are pets allowed?", "Is there Wi-Fi?"):
        Faq.objects.create(
            property=property_, external_id=question[:9].lower(), question=question, answer=CANARY
        )
    make_item(property_, f"Curry {CANARY}", description=CANARY)
    Recommendation.objects.create(
        property=property_, name=f"Cruise {CANARY}", category="activity", tip=CANARY
    )
    QRCode.objects.create(property=property_, place=CANARY)
    outbox.drain()
    return property_


@pytest.fixture
def staff(hotel: Property) -> User:
    return make_staff("staff", hotel)


@pytest.fixture
def colleague(hotel: Property) -> User:
    """Works for the same hotel, and edits its content only."""
    return make_staff("colleague", hotel, Membership.Role.EDITOR)


@pytest.fixture
def stranger(other_hotel: Property) -> User:
    return make_staff("stranger", other_hotel)
