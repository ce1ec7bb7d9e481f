"""How dishes read to a guest: exact, and never more than the kitchen knows."""

import datetime

import pytest

from menus.availability import in_words
from menus.models import ItemAllergen
from properties.models import Property
from tests.people import make_item

pytestmark = pytest.mark.django_db


def test_a_dish_reads_with_its_price_diets_allergens_and_times(hotel: Property) -> None:
    item = make_item(
        hotel,
        "Perch fillet",
        description="With parsley potatoes",
        price="27.00",
        diets=["gluten_free"],
        days=["sat", "fri"],
        available_from=datetime.time(18),
        available_until=datetime.time(22, 30),
    )
    ItemAllergen.objects.create(item=item, allergen="fish", presence="contains")
    ItemAllergen.objects.create(item=item, allergen="celery", presence="may_contain")
    ItemAllergen.objects.create(item=item, allergen="nuts", presence="verified_free")
    item.refresh_from_db()
    assert item.document_title == "Perch fillet"
    assert item.document_body == (
        "With parsley potatoes. It costs 27.00 EUR. Gluten-free. Contains fish. "
        "May contain celery. Served on Friday, Saturday from 18:00 until 22:30. "
        "On the Dinner menu under Mains."
    )
    assert item.document_card is not None
    assert item.document_card["price"] == "27.00 EUR"
    assert item.document_card["allergens"] == {
        "contains": ["Fish"],
        "may_contain": ["Celery"],
        "verified_free": ["Nuts"],
    }


def test_what_is_unknown_is_not_said_to_be_free(hotel: Property) -> None:
    item = make_item(hotel, "Soup")
    ItemAllergen.objects.create(item=item, allergen="milk", presence="unknown")
    item.refresh_from_db()
    assert "milk" not in item.document_body.lower()
    assert "free" not in item.document_body.lower()
    assert item.document_card is not None
    assert item.document_card["allergens"]["verified_free"] == []


def test_a_dish_that_is_sold_out_says_so_and_comes_back(hotel: Property) -> None:
    item = make_item(hotel, "Soup", sold_out=True)
    assert "Sold out at the moment." in item.document_body
    item.sold_out = False
    item.save()
    assert "Sold out" not in item.document_body


def test_a_dish_belongs_to_the_property_of_its_menu(hotel: Property, other_hotel: Property) -> None:
    item = make_item(hotel, "Soup")
    item.property = other_hotel
    item.save()
    assert item.property == hotel


@pytest.mark.parametrize(
    ("days", "start", "end", "words"),
    [
        ([], None, None, ""),
        (["sun", "mon"], None, None, "on Monday, Sunday"),
        ([], datetime.time(7), None, "from 07:00"),
        ([], None, datetime.time(10, 30), "until 10:30"),
    ],
)
def test_availability_in_words(
    days: list[str], start: datetime.time | None, end: datetime.time | None, words: str
) -> None:
    assert in_words(days, start, end) == words
