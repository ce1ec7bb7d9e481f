"""Staff of one hotel walk through every page of the admin and meet nothing of another's."""

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import get_resolver, reverse

from faq.models import Faq, FaqTranslation
from menus.models import Item, Menu, Section
from properties.models import Membership, Property, QRCode, WidgetSite
from recommendations.models import Recommendation
from tests.admin.pages import MODELS, TENANT_MODELS, address, changelist_values, form_values
from tests.people import CANARY

pytestmark = pytest.mark.usefixtures("furnished", "strange")

ACTIONS = ("publish", "withdraw", "mark_sold_out", "mark_available", "delete_selected")


def rows_of(model: type[Model], property_: Property) -> list[Model]:
    return list(model._default_manager.filter(**{model.property_path: property_.pk}))  # type: ignore[attr-defined]


def snapshot(model: type[Model], property_: Property) -> list[dict[str, object]]:
    rows = model._default_manager.filter(**{model.property_path: property_.pk})  # type: ignore[attr-defined]
    return list(rows.order_by("pk").values())


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("query", ["", f"?q={CANARY}", "?p=1&all=", "?o=1.2.3"])
def test_lists_show_no_foreign_row(office: Client, model: type[Model], query: str) -> None:
    response = office.get(address(model, "changelist") + query)
    assert response.status_code in {200, 403}
    assert CANARY not in response.content.decode().replace(f'value="{CANARY}"', "").replace(
        f"q={CANARY}", ""
    )


@pytest.mark.parametrize("model", TENANT_MODELS)
def test_filters_name_no_foreign_row(office: Client, model: type[Model]) -> None:
    response = office.get(address(model, "changelist"))
    if response.status_code == 200:
        for spec in response.context["cl"].filter_specs:
            assert CANARY not in str(list(spec.choices(response.context["cl"])))


@pytest.mark.parametrize("model", TENANT_MODELS)
def test_filtering_by_a_foreign_property_finds_nothing(
    office: Client, model: type[Model], strange: Property
) -> None:
    response = office.get(address(model, "changelist"), {"property__id__exact": strange.pk})
    assert CANARY not in response.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_forms_for_new_rows_offer_no_foreign_choice(
    office: Client, model: type[Model], strange: Property
) -> None:
    for query in ("", f"?property={strange.pk}"):
        assert CANARY not in office.get(address(model, "add") + query).content.decode()


@pytest.mark.parametrize("page", ["change", "delete", "history"])
@pytest.mark.parametrize("model", TENANT_MODELS)
def test_a_foreign_row_does_not_exist(
    office: Client, model: type[Model], page: str, strange: Property
) -> None:
    rows = rows_of(model, strange)
    assert rows
    before = snapshot(model, strange)
    for row in rows:
        url = address(model, page, row.pk)
        for response in (
            office.get(url, follow=True),
            office.post(url, {"post": "yes"}, follow=True),
        ):
            assert response.redirect_chain or response.status_code in {403, 404}
            assert CANARY not in response.content.decode()
    assert snapshot(model, strange) == before


@pytest.mark.parametrize("model", TENANT_MODELS)
def test_own_rows_show_no_foreign_choice(
    office: Client, model: type[Model], furnished: Property
) -> None:
    rows = rows_of(model, furnished)
    assert rows
    for row in rows:
        for page in ("change", "delete", "history"):
            assert CANARY not in office.get(address(model, page, row.pk)).content.decode()


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("model", TENANT_MODELS)
def test_no_action_reaches_a_foreign_row(
    office: Client, model: type[Model], action: str, strange: Property
) -> None:
    before = snapshot(model, strange)
    response = office.post(
        address(model, "changelist"),
        {
            "action": action,
            "_selected_action": [row["pk" if "pk" in row else "id"] for row in before],
            "select_across": "1",
            "post": "yes",
        },
        follow=True,
    )
    assert CANARY not in response.content.decode()
    assert snapshot(model, strange) == before


@pytest.mark.parametrize("model", [Faq, Item, Recommendation, QRCode])
def test_no_edit_in_a_list_reaches_a_foreign_row(
    office: Client, model: type[Model], strange: Property
) -> None:
    before = snapshot(model, strange)
    values = changelist_values(office, address(model, "changelist"))
    values["form-0-id"] = before[0]["id"]
    values["form-0-place"] = values["form-0-price"] = "1"
    response = office.post(address(model, "changelist"), {**values, "_save": "Save"})
    assert CANARY not in response.content.decode()
    assert snapshot(model, strange) == before


@pytest.mark.parametrize(
    ("app_label", "model_name", "field"),
    [
        ("menus", "item", "section"),
        ("faq", "faq", "property"),
        ("properties", "membership", "user"),
        ("chat", "conversation", "qr_code"),
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
        assert CANARY not in response.content.decode()


def test_a_dish_finds_its_own_sections(office: Client) -> None:
    query = {"app_label": "menus", "model_name": "item", "field_name": "section", "term": "mai"}
    results = office.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [result["text"] for result in results] == ["Dinner: Mains"]


def test_no_redirect_by_primary_key_gives_codes_or_names_away(
    office: Client, strange: Property
) -> None:
    from django.contrib.contenttypes.models import ContentType

    for row in (strange, *rows_of(QRCode, strange)):
        kind = ContentType.objects.get_for_model(row).pk
        response = office.get(f"/admin/r/{kind}/{row.pk}/", follow=True)
        assert response.status_code == 404


def test_no_other_page_shows_the_canary(office: Client) -> None:
    for url in ("/admin/", "/admin/search/?s=zan", "/admin/menus/", "/admin/password_change/"):
        assert CANARY not in office.get(url).content.decode()


def test_pictures_of_foreign_codes_do_not_exist(office: Client, strange: Property) -> None:
    for code in rows_of(QRCode, strange):
        url = reverse("chat:qr_picture", kwargs={"pk": code.pk, "kind": "svg"})
        assert office.get(url).status_code == 404


# --- Forged ids ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Faq, {"question": "Forged?", "answer": "Yes"}),
        (Menu, {"name": "Forged"}),
        (Recommendation, {"name": "Forged", "category": "bar"}),
        (QRCode, {"place": "Forged"}),
        (WidgetSite, {"origin": "https://forged.example"}),
        (Membership, {"colleague": "staff", "role": "manager"}),
    ],
)
def test_a_forged_property_is_refused(
    office: Client, model: type[Model], values: dict[str, str], strange: Property
) -> None:
    before = snapshot(model, strange)
    url = address(model, "add")
    office.post(url, {**form_values(office, url), **values, "property": strange.pk})
    assert snapshot(model, strange) == before


def test_whoever_edits_two_hotels_can_still_not_write_to_a_third(
    sign_in: object, both: object, third_hotel: Property
) -> None:
    client = sign_in(both)  # type: ignore[operator]
    url = address(Faq, "add")
    values = {**form_values(client, url), "question": "Forged?", "answer": "Yes"}
    response = client.post(url, {**values, "property": third_hotel.pk})
    assert "property" in response.context["adminform"].form.errors
    assert "Third" not in response.content.decode()
    assert not rows_of(Faq, third_hotel)


def test_a_forged_section_is_refused(office: Client, strange: Property) -> None:
    section = Section.objects.filter(menu__property=strange).first()
    assert section
    url = address(Item, "add")
    values = {**form_values(office, url), "name": "Forged", "section": section.pk}
    response = office.post(url, values)
    assert "section" in response.context["adminform"].form.errors
    assert CANARY not in response.content.decode()
    assert not Item.objects.filter(name="Forged").exists()


def test_a_row_of_an_inline_cannot_be_forged(
    office: Client, furnished: Property, strange: Property
) -> None:
    own = FaqTranslation.objects.get(faq__property=furnished)
    foreign = FaqTranslation.objects.get(faq__property=strange)
    url = address(Faq, "change", own.faq_id)
    values = form_values(office, url)
    forged = {"translations-0-id": foreign.pk, "translations-0-answer": "Forged"}
    response = office.post(url, {**values, **forged})
    assert response.status_code == 200
    foreign.refresh_from_db()
    assert foreign.answer == CANARY


def test_codes_for_many_rooms_cannot_be_made_elsewhere(office: Client, strange: Property) -> None:
    before = snapshot(QRCode, strange)
    url = reverse("admin:properties_qrcode_many_codes")
    page = office.get(url).content.decode()
    assert "Room" in page
    assert CANARY not in page
    values = {"property": strange.pk, "word": "Room", "first": 1, "last": 3}
    response = office.post(url, {**values, "_form_submitted": "1"})
    assert "HX-Redirect" not in response.headers
    assert snapshot(QRCode, strange) == before


def test_every_url_of_the_admin_is_walked_here() -> None:
    """A page that is added later has to be thought of here."""
    names = {
        name for name in get_resolver("concierge.urls").namespace_dict["admin"][1].reverse_dict
    }
    walked = {"changelist", "add", "change", "delete", "history", "autocomplete", "many_codes"}
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
