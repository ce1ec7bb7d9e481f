"""Somebody saves while an import holds their house: they are told so, and lose nothing."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from faq.models import Faq
from menus.models import Item
from properties import admin_held
from properties.models import Property
from tests.admin.pages import address, changelist_values, form_values

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "An import of this house is running: save again in a moment."


@pytest.fixture
def held(hotel: Property, office: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that has another connection hold the hotel, as an import does."""
    monkeypatch.setattr(admin_held, "SECONDS", 0.2)
    database = connection.settings_dict
    with psycopg.connect(
        dbname=database["NAME"], user=database["USER"], host=database["HOST"]
    ) as other:
        yield lambda: other.execute(
            "SELECT FROM properties_property WHERE id = %s FOR NO KEY UPDATE", [hotel.pk]
        )
        other.rollback()


def breakfast() -> Faq:
    return Faq.objects.get(question="What time is breakfast?")


def test_a_form_is_shown_again_with_all_that_was_typed(office: Client, held: Any) -> None:
    faq = breakfast()
    url = address(Faq, "change", faq.pk)
    sent = {**form_values(office, url), "answer": "Breakfast is at 9:00."}
    import_ = held()
    page = office.post(url, sent)
    assert SAID in page.content.decode()
    assert page.context["adminform"].form["answer"].value() == "Breakfast is at 9:00."
    assert breakfast().answer == faq.answer
    import_.connection.rollback()
    assert office.post(url, sent).status_code == 302
    assert breakfast().answer == "Breakfast is at 9:00."


def test_a_form_of_a_new_row_is_too(office: Client, held: Any) -> None:
    url = address(Faq, "add")
    sent = {**form_values(office, url), "question": "Pets?", "answer": "Dogs are welcome."}
    held()
    page = office.post(url, sent)
    assert SAID in page.content.decode()
    assert page.context["adminform"].form["answer"].value() == "Dogs are welcome."
    assert not Faq.objects.filter(question="Pets?").exists()


def test_a_list_is_too(office: Client, held: Any) -> None:
    url = address(Item, "changelist")
    sent = {**changelist_values(office, url), "form-0-price": "19.00", "_save": "Save"}
    before = Item.objects.get().price
    held()
    page = office.post(url, sent)
    assert SAID in page.content.decode()
    assert page.context["cl"].formset.forms[0]["price"].value() == "19.00"
    assert Item.objects.get().price == before != Decimal("19.00")


def test_who_deletes_is_told_to_try_again(office: Client, held: Any) -> None:
    url = address(Faq, "delete", breakfast().pk)
    held()
    page = office.post(url, {"post": "yes"}, follow=True)
    assert "An import of this house is running: try again in a moment." in page.content.decode()
    assert breakfast()
