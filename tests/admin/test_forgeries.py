"""A browser may send anything: ids of another hotel's rows change nothing there."""

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from faq.models import Faq, FaqTranslation
from menus.models import Item, Menu, Section
from properties.models import Membership, Property, QRCode, WidgetSite
from recommendations.models import Recommendation
from tests.admin.conftest import SignIn
from tests.admin.pages import address, form_values, rows_of, snapshot
from tests.people import CANARY

pytestmark = pytest.mark.usefixtures("furnished", "strange")


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
    sign_in: SignIn, both: User, third_hotel: Property
) -> None:
    client = sign_in(both)
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
    before = snapshot(FaqTranslation, strange)
    office.post(url, {**values, **forged})
    assert snapshot(FaqTranslation, strange) == before


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
