"""A verification holds for the recipe it was made for, whoever changes which, and by which way."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from menus.imports import MenuRow, import_menus
from menus.models import Item, ItemAllergen
from menus.recipes import recipe_in_sql
from properties.models import Property
from tests.admin.pages import address, form_values
from tests.people import make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def curry(hotel: Property) -> Item:
    item = Item.objects.get(property=hotel)
    item.record_allergens({"nuts": "verified_free", "milk": "contains"})
    item.save()
    return item


@pytest.fixture
def office(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def save(office: Client, item: Item, **values: object) -> Any:
    url = address(Item, "change", item.pk)
    return office.post(url, {**form_values(office, url), **values}, follow=True)


def nuts(item: Item) -> ItemAllergen:
    return ItemAllergen.objects.select_related("item").get(item=item, allergen="nuts")


def verified(item: Item) -> list[str]:
    card = Item.objects.get(pk=item.pk).document_card
    assert card is not None
    return card["allergens"]["verified_free"]


@pytest.mark.parametrize(
    "text", ["Curry", "Crème brûlée 日本 ß", "two\nlines", "a 'quote' \\ 100%"]
)
def test_a_recipe_is_the_same_in_python_and_in_sql(hotel: Property, text: str) -> None:
    item = make_item(hotel, text.replace("\n", " "), description=text)
    assert Item.objects.values_list(recipe_in_sql(), flat=True).get(pk=item.pk) == item.recipe


@pytest.mark.parametrize("values", [{"name": "Green curry"}, {"description": "With cashews"}])
def test_another_recipe_voids_what_was_verified(curry: Item, values: dict[str, str]) -> None:
    assert verified(curry) == ["Nuts"]
    Item.objects.filter(pk=curry.pk).edit(**values)
    assert nuts(curry).is_void()
    assert verified(curry) == []
    assert "Contains milk" in Item.objects.get(pk=curry.pk).document_body


def test_what_warns_is_never_void(curry: Item) -> None:
    Item.objects.filter(pk=curry.pk).edit(description="With cashews")
    assert not ItemAllergen.objects.get(item=curry, allergen="milk").is_void()


def test_the_recipe_as_it_was_is_verified_as_it_was(curry: Item) -> None:
    for description in ("With cashews", ""):
        Item.objects.filter(pk=curry.pk).edit(description=description)
    assert verified(curry) == ["Nuts"]


def test_staff_are_told_and_verify_again(office: Client, curry: Item) -> None:
    page = save(office, curry, description="With coconut").content.decode()
    assert "please check again for Nuts" in page
    page = office.get(address(Item, "change", curry.pk)).content.decode()
    assert "Recipe changed since it was verified: please check again for Nuts." in page
    assert verified(curry) == []

    page = save(office, curry, allergens_nuts="verified_free").content.decode()
    assert "please check again" not in page
    assert verified(curry) == ["Nuts"]


def test_saving_a_page_verifies_nothing_that_was_void(office: Client, curry: Item) -> None:
    Item.objects.filter(pk=curry.pk).edit(description="With coconut")
    save(office, curry, price="18.00", allergens_eggs="contains")
    assert nuts(curry).is_void()
    assert verified(curry) == []


def test_a_recipe_and_another_allergen_at_once_verify_only_that(
    office: Client, curry: Item
) -> None:
    save(office, curry, description="With coconut", allergens_gluten="verified_free")
    assert verified(curry) == ["Cereals containing gluten"]


def test_an_import_verifies_what_it_brings_and_nothing_anew(hotel: Property) -> None:
    def import_(description: str) -> Item:
        dish = {"id": "pie", "name": "Pie", "description": description,
                "allergens": {"nuts": "verified_free"}}  # fmt: skip
        row = MenuRow.model_validate(
            {"name": "Lunch", "sections": [{"name": "Mains", "items": [dish]}]}
        )
        import_menus(hotel, [row])
        return Item.objects.get(property=hotel, external_id="pie")

    assert verified(import_("Plain")) == ["Nuts"]
    assert verified(import_("Plain")) == ["Nuts"]
    assert verified(import_("With walnuts")) == []
    assert verified(import_("With walnuts")) == []


def test_a_record_says_when_it_was_made(curry: Item) -> None:
    before = nuts(curry).recorded_at
    record = nuts(curry)
    record.presence = "may_contain"
    record.save(update_fields=["presence"])
    after = nuts(curry).recorded_at
    assert before is not None
    assert after is not None
    assert after > before
