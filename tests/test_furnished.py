"""The houses of the tests are what the product makes, and nothing of them outlives a test."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from concierge.history.models import RowChange
from faq.models import Faq
from menus.models import Item, Menu, Section
from properties.models import Property, QRCode
from recommendations.models import Recommendation
from tests.emptying import empty_the_database
from tests.furnished import furnished
from tests.menus.conftest import _bistro
from tests.people import _elsewhere, _lakeside

MODELS = (Property, QRCode, Menu, Section, Item, Faq, Recommendation)
ANEW = ("id", "_id", "_at", "token", "code")  # what no two rows have in common


def contents() -> dict[str, list[dict[str, Any]]]:
    """All rows, without what differs from one making to the next."""
    found = {}
    for model in MODELS:
        rows = model._base_manager.order_by("pk").values()
        found[model.__name__] = [
            {name: str(value) for name, value in row.items() if not name.endswith(ANEW)}
            for row in rows
        ]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("make", [_lakeside, _elsewhere, _bistro])
def test_a_copied_house_is_the_one_that_the_product_makes(make: Callable[[], Property]) -> None:
    furnished(make)
    copied = contents()
    empty_the_database()
    assert not Property.objects.exists()
    make()
    assert copied == contents()
    assert copied["Item"]


@pytest.mark.django_db
def test_no_two_copies_have_the_same_id() -> None:
    first = furnished(_lakeside)
    empty_the_database()
    again = furnished(_lakeside)
    assert again.pk != first.pk
    assert {faq.property_id for faq in Faq.objects.all()} == {again.pk}


@pytest.mark.django_db
def test_the_history_of_a_copy_is_its_own(hotel: Property, other_hotel: Property) -> None:
    for house in (hotel, other_hotel):
        changes = RowChange.objects.filter(property=house)
        assert changes.get(model="properties.property").object_id == str(house.pk)
        kept = changes.filter(model="faq.faq").values_list("after__property_id", flat=True)
        assert set(kept) == {house.pk}


@pytest.mark.django_db
def test_only_the_houses_that_a_test_names_are_there(hotel: Property) -> None:
    assert list(Property.objects.all()) == [hotel]


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_is_as_the_migrations_left_it(other_hotel: Property) -> None:
    before = Permission.objects.count(), ContentType.objects.count()
    empty_the_database()
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
    assert not any(model._base_manager.exists() for model in MODELS)
    assert (Permission.objects.count(), ContentType.objects.count()) == before
    assert before > (0, 0)
