"""Staff of one hotel walk through every page of the admin and meet nothing of another's."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import get_resolver, reverse

from faq.models import Faq
from menus.models import Item
from properties.models import Property, QRCode
from recommendations.models import Recommendation
from tests.admin.pages import (
    MODELS,
    TENANT_MODELS,
    address,
    changelist_values,
    rows_of,
    snapshot,
)
from tests.people import CANARY

pytestmark = pytest.mark.usefixtures("furnished", "strange")


def text_of(response: Any) -> str:
    return response.content.decode()


# A search is echoed on its page, so the guests' word stops one letter before the canary.
@pytest.mark.parametrize("query", ["", f"?q={CANARY[:-1]}", "?all=", "?o=1.2.3"])
def test_lists_and_their_filters_show_no_foreign_row(office: Client, query: str) -> None:
    for model in MODELS:
        response = office.get(address(model, "changelist") + query)
        assert response.status_code in {200, 403}, model
        assert CANARY not in text_of(response), model


def test_filtering_by_a_foreign_property_finds_nothing(office: Client, strange: Property) -> None:
    for model in TENANT_MODELS:
        for name in (
            "property__id__exact",
            "property",
            "section__menu__id__exact",
            "menu__id__exact",
        ):
            response = office.get(address(model, "changelist"), {name: strange.pk})
            assert CANARY not in text_of(response), model


def test_forms_for_new_rows_offer_no_foreign_choice(office: Client, strange: Property) -> None:
    for model in MODELS:
        for query in ("", f"?property={strange.pk}&section={strange.pk}"):
            assert CANARY not in text_of(office.get(address(model, "add") + query)), model


@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_a_foreign_row_does_not_exist(office: Client, page: str, strange: Property) -> None:
    for model in TENANT_MODELS:
        before = snapshot(model, strange)
        assert before, model
        for row in rows_of(model, strange):
            url = address(model, page, row.pk)
            for response in (office.get(url), office.post(url, {"post": "yes"})):
                assert response.status_code in {302, 403}, model
            assert CANARY not in text_of(office.get(url, follow=True)), model
        assert snapshot(model, strange) == before, model


def test_own_rows_show_no_foreign_choice(office: Client, furnished: Property) -> None:
    for model in TENANT_MODELS:
        for row in rows_of(model, furnished):
            for page in ("change", "delete", "history"):
                assert CANARY not in text_of(office.get(address(model, page, row.pk))), model


@pytest.mark.parametrize(
    "action", ["publish", "withdraw", "mark_sold_out", "mark_available", "close", "delete_selected"]
)
def test_no_action_reaches_a_foreign_row(office: Client, action: str, strange: Property) -> None:
    for model in TENANT_MODELS:
        before = snapshot(model, strange)
        chosen = {
            "action": action,
            "_selected_action": [row["id"] for row in before],
            "select_across": "1",
            "post": "yes",
        }
        response = office.post(address(model, "changelist"), chosen, follow=True)
        assert CANARY not in text_of(response), model
        assert snapshot(model, strange) == before, model


def test_no_edit_in_a_list_reaches_a_foreign_row(office: Client, strange: Property) -> None:
    for model in (Faq, Item, Recommendation, QRCode):
        before = snapshot(model, strange)
        url = address(model, "changelist")
        forged = {"form-0-id": before[0]["id"], "form-0-price": "1", "_save": "Save"}
        response = office.post(url, {**changelist_values(office, url), **forged})
        assert CANARY not in text_of(response), model
        assert snapshot(model, strange) == before, model


@pytest.mark.parametrize(
    ("app_label", "model_name", "field"),
    [
        ("menus", "item", "section"),
        ("faq", "faq", "property"),
        ("properties", "membership", "user"),
        ("chat", "conversation", "qr_code"),
        ("chat", "handoff", "conversation"),
    ],
)
def test_autocompletion_offers_no_foreign_row(
    office: Client, app_label: str, model_name: str, field: str
) -> None:
    for term in ("", CANARY, "s"):
        response = office.get(
            reverse("admin:autocomplete"),
            {"app_label": app_label, "model_name": model_name, "field_name": field, "term": term},
        )
        assert CANARY not in text_of(response)


def test_a_dish_finds_its_own_sections(office: Client) -> None:
    query = {"app_label": "menus", "model_name": "item", "field_name": "section", "term": "mai"}
    results = office.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [result["text"] for result in results] == ["Dinner: Mains"]


def test_no_redirect_by_primary_key_gives_codes_or_names_away(
    office: Client, strange: Property
) -> None:
    for row in (strange, *rows_of(QRCode, strange)):
        kind = ContentType.objects.get_for_model(row).pk
        response = office.get(f"/admin/r/{kind}/{row.pk}/", follow=True)
        assert response.status_code == 404


def test_no_other_page_shows_the_canary(office: Client) -> None:
    for url in ("/admin/", "/admin/search/?s=zan", "/admin/menus/", "/admin/password_change/"):
        assert CANARY not in text_of(office.get(url))


def test_pictures_of_foreign_codes_do_not_exist(office: Client, strange: Property) -> None:
    for code in rows_of(QRCode, strange):
        url = reverse("chat:qr_picture", kwargs={"pk": code.pk, "kind": "svg"})
        assert office.get(url).status_code == 404


def test_every_url_of_the_admin_is_walked_here() -> None:
    """A page that is added later has to be thought of here."""
    names = set(get_resolver().namespace_dict["admin"][1].reverse_dict)
    walked = {
        "changelist",
        "add",
        "change",
        "delete",
        "history",
        "autocomplete",
        "many_codes",
        "undo",
        "restore",
    }  # tests/history/test_strangers.py
    general = {
        "index", "login", "logout", "password_change", "password_change_done", "jsi18n", "search",
        "app_list", "auth_user_password_change",
    }  # fmt: skip
    unknown = {
        name
        for name in names
        if isinstance(name, str)
        and name not in general
        and not any(name.endswith(page) for page in walked)
    }
    assert unknown == set()
