"""Staff edit content: what they save is what guests will be told, by way of the outbox."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from faq.models import Faq
from menus.allergens import Allergen
from menus.models import Item, ItemAllergen, Menu, Section
from properties.models import Property, QRCode
from recommendations.models import Recommendation
from retrieval import outbox
from retrieval.models import OutboxEntry
from tests.admin.conftest import SignIn
from tests.admin.pages import address, changelist_values, form_values

Save = Callable[..., Any]


@pytest.fixture
def save(office: Client) -> Save:
    """Open a row's page (or that of a new one), change some fields and save."""

    def saved(row: Any, **values: object) -> Any:
        is_new = isinstance(row, type)
        url = address(row, "add") if is_new else address(type(row), "change", row.pk)
        return office.post(url, {**form_values(office, url), **values})

    return saved


def errors_of(response: Any) -> dict[str, Any]:
    return response.context["adminform"].form.errors


@pytest.fixture
def curry(hotel: Property) -> Item:
    return Item.objects.get(property=hotel)


# --- FAQs and recommendations ----------------------------------------------------------------


def test_whoever_has_one_property_need_not_choose_it(save: Save, hotel: Property) -> None:
    for model, values in (
        (Faq, {"question": "Is there a gym?", "answer": "On the 3rd floor."}),
        (Recommendation, {"name": "Old Mill", "category": "sight"}),
        (Menu, {"name": "Lunch"}),
        (QRCode, {"place": "Room 1"}),
    ):
        assert save(model, **values).status_code == 302, model
        assert model.objects.filter(property=hotel, **values).exists(), model


def test_whoever_has_more_chooses(sign_in: SignIn, both: User, other_hotel: Property) -> None:
    client = sign_in(both)
    url = address(Faq, "add")
    values = {**form_values(client, url), "question": "Gym?", "answer": "Yes."}
    assert "property" in errors_of(client.post(url, {**values, "property": ""}))
    assert client.post(url, {**values, "property": other_hotel.pk}).status_code == 302
    assert Faq.objects.get(question="Gym?").property == other_hotel


def test_a_row_stays_in_its_property(
    sign_in: SignIn, both: User, hotel: Property, other_hotel: Property
) -> None:
    client = sign_in(both)
    faq = Faq.objects.filter(property=hotel).first()
    assert faq
    url = address(Faq, "change", faq.pk)
    client.post(url, {**form_values(client, url), "property": other_hotel.pk, "answer": "Moved?"})
    faq.refresh_from_db()
    assert (faq.answer, faq.property) == ("Moved?", hotel)


def test_a_translation_is_written_with_its_faq(save: Save, hotel: Property) -> None:
    faq = Faq.objects.get(question="Is there Wi-Fi?")
    response = save(
        faq,
        **{
            "translations-TOTAL_FORMS": 1,
            "translations-0-language": "de",
            "translations-0-question": "Gibt es WLAN?",
            "translations-0-answer": "Ja, kostenlos.",
        },
    )
    assert response.status_code == 302
    faq.refresh_from_db()
    assert faq.document_translations == {"de": ["Gibt es WLAN?", "Ja, kostenlos."]}


def test_an_edit_waits_in_the_outbox_and_the_list_says_so(
    save: Save, office: Client, hotel: Property
) -> None:
    faq = Faq.objects.get(question="Where can I park?")
    changelist = address(Faq, "changelist")
    assert "in a moment" not in office.get(changelist).content.decode().lower()
    save(faq, answer="Parking is free.")
    assert OutboxEntry.objects.filter(kind="faq", object_id=faq.pk).exists()
    assert "in a moment" in office.get(changelist).content.decode().lower()
    outbox.drain()
    assert "in a moment" not in office.get(changelist).content.decode().lower()


@pytest.mark.parametrize(
    ("model", "action", "field", "value"),
    [
        (Faq, "withdraw", "published", False),
        (Recommendation, "withdraw", "published", False),
        (Item, "mark_sold_out", "sold_out", True),
        (Item, "publish", "published", True),
        (Item, "mark_available", "sold_out", False),
    ],
)
def test_actions_edit_as_staff_would(
    office: Client, hotel: Property, model: Any, action: str, field: str, value: bool
) -> None:
    rows = model.objects.filter(property=hotel)
    rows.edit(**{field: not value})
    outbox.drain()
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    assert office.post(address(model, "changelist"), chosen).status_code == 302
    assert set(rows.values_list(field, flat=True)) == {value}
    assert OutboxEntry.objects.count() == rows.count()


def test_prices_are_edited_in_the_list(office: Client, curry: Item) -> None:
    url = address(Item, "changelist")
    values = {**changelist_values(office, url), "form-0-price": "19.50", "form-0-sold_out": "on"}
    assert office.post(url, {**values, "_save": "Save"}).status_code == 302
    curry.refresh_from_db()
    assert (str(curry.price), curry.sold_out) == ("19.50", True)
    assert "19.50" in curry.document_body


# --- Menus ------------------------------------------------------------------------------------


def test_the_allergens_are_fourteen_selects(office: Client, curry: Item) -> None:
    page = office.get(address(Item, "change", curry.pk)).content.decode()
    for allergen in Allergen:
        assert f'name="allergens_{allergen}"' in page
        assert allergen.label in page


def test_allergens_are_recorded_and_unknown_is_no_record(save: Save, curry: Item) -> None:
    save(curry, allergens_nuts="may_contain", allergens_milk="verified_free")
    assert dict(curry.allergens.values_list("allergen", "presence")) == {
        "nuts": "may_contain",
        "milk": "verified_free",
    }
    save(curry, allergens_nuts="contains", allergens_milk="unknown")
    assert dict(curry.allergens.values_list("allergen", "presence")) == {"nuts": "contains"}
    curry.refresh_from_db()
    assert "Contains nuts" in curry.document_body


def test_one_edit_of_a_dish_is_one_entry_in_the_outbox(save: Save, curry: Item) -> None:
    before = curry.property.content_version
    allergens = {f"allergens_{allergen}": "contains" for allergen in Allergen}
    assert save(curry, name="Red curry", **allergens).status_code == 302
    assert OutboxEntry.objects.count() == 1
    curry.property.refresh_from_db()
    assert curry.property.content_version == before + 1


def test_an_edit_of_something_else_keeps_the_allergens(save: Save, curry: Item) -> None:
    ItemAllergen.objects.create(item=curry, allergen="celery", presence="contains")
    save(curry, name="Green curry")
    assert curry.allergens.get().allergen == "celery"


def test_a_new_dish_brings_its_allergens(save: Save, curry: Item) -> None:
    values = {"section": curry.section_id, "name": "Trout", "allergens_fish": "contains"}
    assert save(Item, **values).status_code == 302
    trout = Item.objects.get(name="Trout")
    assert trout.allergens.get().allergen == "fish"
    assert "Contains fish" in trout.document_body


@pytest.mark.parametrize("value", ["perhaps", "<b>contains</b>"])
def test_no_other_word_says_what_a_dish_contains(save: Save, curry: Item, value: str) -> None:
    assert "allergens" in errors_of(save(curry, allergens_nuts=value))
    assert not curry.allergens.exists()


def test_diets_and_days_are_ticked(save: Save, curry: Item) -> None:
    save(curry, diets=["vegan", "halal"], days=["mon", "sun"])
    curry.refresh_from_db()
    assert (curry.diets, curry.days) == (["vegan", "halal"], ["mon", "sun"])
    save(curry, diets=[], days=[])
    curry.refresh_from_db()
    assert (curry.diets, curry.days) == ([], [])


def test_a_section_with_dishes_is_not_deleted_in_passing(save: Save, curry: Item) -> None:
    response = save(curry.section.menu, **{"sections-0-DELETE": "on"})
    assert "still has dishes" in response.content.decode()
    assert Item.objects.filter(pk=curry.pk).exists()


def test_an_empty_section_is(save: Save, curry: Item) -> None:
    curry.delete()
    assert save(curry.section.menu, **{"sections-0-DELETE": "on"}).status_code == 302
    assert not Section.objects.exists()


def test_a_menu_is_deleted_with_all_it_holds(office: Client, curry: Item) -> None:
    url = address(Menu, "delete", curry.section.menu_id)
    assert "Lentil curry" in office.get(url).content.decode()
    assert office.post(url, {"post": "yes"}).status_code == 302
    assert not Item.objects.exists()
    assert OutboxEntry.objects.filter(kind="menu", object_id=curry.pk).exists()


def test_a_name_that_is_taken_is_refused_in_words(save: Save, curry: Item) -> None:
    save(Menu, name="Lunch")
    assert errors_of(save(Menu, name="Lunch"))
    assert errors_of(save(Menu.objects.get(name="Lunch"), name="Dinner"))


def test_a_dish_does_not_move_to_another_property(
    sign_in: SignIn, both: User, curry: Item, other_hotel: Property
) -> None:
    client = sign_in(both)
    section = Section.objects.get(menu__property=other_hotel)
    url = address(Item, "change", curry.pk)
    response = client.post(url, {**form_values(client, url), "section": section.pk})
    assert "section" in errors_of(response)


# --- QR codes ---------------------------------------------------------------------------------


def make_codes(client: Client, **values: object) -> Any:
    url = reverse("admin:properties_qrcode_many_codes")
    return client.post(url, {"_form_submitted": "1", "word": "Room", **values})


def test_codes_for_a_row_of_rooms_are_made_at_once(office: Client, hotel: Property) -> None:
    kept = QRCode.objects.create(property=hotel, place="Room 2")
    response = make_codes(office, property=hotel.pk, first=1, last=3)
    assert response.headers["HX-Redirect"] == address(QRCode, "changelist")
    codes = dict(QRCode.objects.values_list("place", "code"))
    assert sorted(codes) == ["Room 1", "Room 2", "Room 3"]
    assert codes["Room 2"] == kept.code
    assert len(set(codes.values())) == len(codes)


@pytest.mark.parametrize(("first", "last"), [(5, 4), (1, 501), (-1, 3), (1, "many")])
def test_no_senseless_row_of_rooms_is_made(
    office: Client, hotel: Property, first: int, last: int
) -> None:
    assert "HX-Redirect" not in make_codes(office, property=hotel.pk, first=first, last=last)
    assert not QRCode.objects.exists()


def test_a_code_shows_its_picture_and_its_address(office: Client, hotel: Property) -> None:
    code = QRCode.objects.create(property=hotel, place="Room 1")
    page = office.get(address(QRCode, "change", code.pk)).content.decode()
    for shown in (f"/codes/{code.pk}.svg", f"/codes/{code.pk}.png", code.public_url()):
        assert shown in page
