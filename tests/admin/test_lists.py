"""Lists as long as they get, and two people who save at the same instant."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.db import connection, connections, transaction
from django.test import Client

from menus.models import Item, Menu, Section
from properties.models import Property
from retrieval import tenants
from tests.admin.conftest import SignIn
from tests.admin.pages import address, changelist_values, form_values
from tests.people import make_item, make_property, make_staff
from tests.stack.product import wait_until

SHOW_ALL = "?all="


@pytest.fixture
def house(db: None) -> Property:
    return make_property("lakeside")


@pytest.fixture
def clerk(house: Property) -> User:
    return make_staff("clerk", house)


@pytest.fixture
def longest_list(house: Property) -> list[Item]:
    """As many dishes as one page shows."""
    section = Section.objects.create(
        menu=Menu.objects.create(property=house, name="Bar"), name="Gin"
    )
    names = [f"Gin {number:03}" for number in range(settings.ROWS_IN_A_LIST)]
    return Item.objects.bulk_create(
        [Item(section=section, name=name, sold_out=True) for name in names]
    )


@pytest.mark.usefixtures("longest_list")
def test_the_longest_list_is_saved_whole(sign_in: SignIn, clerk: User) -> None:
    client = sign_in(clerk)
    url = address(Item, "changelist") + SHOW_ALL
    values = changelist_values(client, url)
    assert int(values["form-TOTAL_FORMS"]) == settings.ROWS_IN_A_LIST
    prices = {f"form-{row}-price": "9.50" for row in range(settings.ROWS_IN_A_LIST)}
    response = client.post(url, {**values, **prices, "_save": "Save"})
    assert response.status_code == 302
    assert set(Item.objects.values_list("price", flat=True).distinct()) == {9.5}


@pytest.mark.usefixtures("house")
def test_every_cell_of_the_longest_list_may_be_asked_about(clerk: User, sign_in: SignIn) -> None:
    """A row sends its key, and of each cell the value, what was shown and what was decided."""
    longest = max(len(page.list_editable) for page in admin.site._registry.values())
    sent = settings.ROWS_IN_A_LIST * (1 + 3 * longest)
    fields = {f"form-{number}-x": "1" for number in range(sent)}
    response = sign_in(clerk).post(address(Item, "changelist"), {**fields, "_save": "Save"})
    assert response.status_code != 400


def test_a_list_that_grew_beyond_the_limit_is_found_at_start(monkeypatch: Any) -> None:
    assert not [error for error in run_checks() if error.id == "properties.E001"]
    page: Any = admin.site._registry[Item]
    monkeypatch.setattr(page, "list_editable", (*page.list_editable, "name"))
    assert [error.id for error in run_checks() if error.id == "properties.E001"]


# --- At the same instant ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["form", "list"])
def test_of_two_who_save_at_the_same_instant_the_second_is_asked(
    sign_in: SignIn, house: Property, clerk: User, page: str
) -> None:
    """Both requests wait for the row, so both have begun before either has written."""
    dish = make_item(house, "Lentil curry", price="17.50")
    client = sign_in(clerk)
    url, values, name = old_page(client, dish, page)

    def save(price: str) -> int:
        try:
            return client.post(url, {**values, name: price}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as people:
        with transaction.atomic():
            Item.objects.select_for_update().get(pk=dish.pk)
            saved = [people.submit(save, price) for price in ("18.00", "19.00")]
            wait_until(lambda: waiting_for_a_row() == 2, "both wait for the row")
        statuses = sorted(each.result() for each in saved)
    assert statuses == [200, 302]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["form", "list"])
def test_a_page_and_an_import_do_not_wait_for_each_other(
    sign_in: SignIn, house: Property, clerk: User, page: str
) -> None:
    """An import holds the house first and writes its rows then; so does a page."""
    dish = make_item(house, "Lentil curry", price="17.50")
    client = sign_in(clerk)
    url, values, name = old_page(client, dish, page)
    sold_out = name.replace("price", "sold_out")

    def save() -> int:
        try:
            return client.post(url, {**values, sold_out: "on"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as people:
        with transaction.atomic():
            tenants.lock([house.pk])
            saved = people.submit(save)
            wait_until(lambda: waiting_for_a_row() == 1, "the page waits for the house")
            Item.objects.filter(pk=dish.pk).edit(price="18.00")
        assert saved.result() == 302
    dish.refresh_from_db()
    assert (str(dish.price), dish.sold_out) == ("18.00", True)


def old_page(client: Client, dish: Item, page: str) -> tuple[str, dict[str, Any], str]:
    if page == "form":
        url = address(Item, "change", dish.pk)
        return url, form_values(client, url), "price"
    url = address(Item, "changelist")
    return url, {**changelist_values(client, url), "_save": "Save"}, "form-0-price"


def waiting_for_a_row() -> int:
    """From the locks: what sessions do stands still for the length of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks "
            "JOIN pg_database ON database = pg_database.oid WHERE datname = current_database())"
        )
        return cursor.fetchone()[0]
