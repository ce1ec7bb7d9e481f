"""Staff write numbers as their language does, in a row's page and in the list, and read them so."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from menus.models import Item, Section
from properties.models import AnswerPage, Property
from tests.admin.conftest import SignIn
from tests.admin.pages import address, changelist_values, form_values


@pytest.fixture
def curry(hotel: Property) -> Item:
    return Item.objects.get(property=hotel)


def save_in_list(office: Client, price: str) -> str:
    url = address(Item, "changelist")
    values = {**changelist_values(office, url), "form-0-price": price, "_save": "Save"}
    return office.post(url, values, follow=True).content.decode()


def save_on_page(office: Client, price: str, dish: Item) -> str:
    url = address(Item, "change", dish.pk)
    values = {**form_values(office, url), "price": price}
    return office.post(url, values, follow=True).content.decode()


@pytest.mark.parametrize("language", ["", "de", "fr", "en-US"])
@pytest.mark.parametrize("written", ["15,90", "15.90 €", "15.90"])
def test_a_price_is_read_the_same_whatever_the_browser_speaks(
    office: Client, curry: Item, written: str, language: str
) -> None:
    office.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    for save in (
        lambda: save_in_list(office, written),
        lambda: save_on_page(office, written, curry),
    ):
        Item.objects.filter(pk=curry.pk).edit(price=None)
        save()
        curry.refresh_from_db()
        assert str(curry.price) == "15.90"
        assert "15.90 EUR" in curry.document_body


@pytest.mark.parametrize(("language", "shown"), [("de", "17,50"), ("fr", "17,50"), ("en", "17.50")])
def test_a_price_is_shown_as_the_person_writes_it(
    office: Client, curry: Item, language: str, shown: str
) -> None:
    office.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    for url in (address(Item, "changelist"), address(Item, "change", curry.pk)):
        assert f'value="{shown}"' in office.get(url).content.decode()


def test_a_page_saved_as_it_was_shown_changes_no_price(office: Client, curry: Item) -> None:
    office.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    save_in_list(office, "17,50")
    save_on_page(office, "17,50", curry)
    curry.refresh_from_db()
    assert str(curry.price) == "17.50"


def test_the_house_s_language_decides_what_the_browser_s_does_not(
    office: Client, curry: Item
) -> None:
    assert "can be read as 1250 and as 1.25" in save_in_list(office, "1.250")
    Property.objects.filter(pk=curry.property_id).update(language="de")
    save_in_list(office, "1.250")
    curry.refresh_from_db()
    assert str(curry.price) == "1250.00"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("15 $", "without “$”; it is in EUR"),
        ("-5", "greater than or equal to 0"),
        ("ask", "number"),
    ],
)
def test_what_is_no_price_is_refused(
    office: Client, curry: Item, written: str, reason: str
) -> None:
    assert reason in save_in_list(office, written)
    assert reason in save_on_page(office, written, curry)
    curry.refresh_from_db()
    assert str(curry.price) == "17.50"


def test_a_new_dish_is_priced_in_the_currency_of_the_section_that_was_chosen(
    sign_in: SignIn, both: User, hotel: Property, other_hotel: Property
) -> None:
    Property.objects.filter(pk=other_hotel.pk).update(currency="JPY")
    client, url = sign_in(both), address(Item, "add")
    section = Section.objects.get(menu__property=other_hotel)
    values = {**form_values(client, url), "name": "Udon", "section": section.pk}
    refused = client.post(url, {**values, "price": "1,250 €"})
    assert "it is in JPY" in refused.content.decode()
    assert client.post(url, {**values, "price": "1.250円"}).status_code == 302
    assert str(Item.objects.get(name="Udon").price) == "1250.00"


def test_shares_and_budgets_take_a_comma_too(office: Client, hotel: Property) -> None:
    office.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    url = address(AnswerPage, "change", hotel.pk)
    values = {**form_values(office, url), "floor": "0,3", "sure": "0.8", "daily_money": "2,50"}
    office.post(url, values)
    hotel.refresh_from_db()
    assert (hotel.floor, hotel.sure, str(hotel.daily_money)) == (0.3, 0.8, "2.50")
    page = office.get(url).content.decode()
    assert 'value="0,3"' in page
    assert "200.000" in page or "No API" in page
