"""What the doors send, without a browser: headers, pictures, and what a stranger gets."""

import io
import re

import pytest
from django.test import Client
from PIL import Image

from concierge.chat import tokens
from properties.models import Membership, Property, QRCode, WidgetSite
from tests.people import make_property, make_staff

SITE = "https://www.lakeside.example"


@pytest.fixture
def door(db: None) -> Property:
    return make_property("lakeside")


@pytest.fixture
def table(door: Property) -> QRCode:
    return QRCode.objects.create(property=door, place="Table 4")


def policy(client: Client, path: str) -> dict[str, str]:
    header = client.get(path).headers["Content-Security-Policy"]
    return dict(directive.split(" ", 1) for directive in header.split("; "))


def test_a_code_hands_out_a_token_of_its_property_and_place(client: Client, table: QRCode) -> None:
    page = client.get(table.get_absolute_url())
    token = re.search(r'"token": "([^"]+)"', page.content.decode())
    assert token
    guest = tokens.read(token[1], table.property_id)
    assert guest
    assert guest.qr_code_id == table.pk
    assert "Table 4" in page.content.decode()


@pytest.mark.parametrize("active", [True, False])
def test_a_code_that_is_unknown_or_switched_off_gets_a_friendly_page(
    client: Client, table: QRCode, active: bool
) -> None:
    QRCode.objects.filter(pk=table.pk).update(active=active)
    path = "/q/unknown/" if active else table.get_absolute_url()
    page = client.get(path)
    assert page.status_code == 404
    assert b"it is no longer in use" in page.content
    assert b"Table 4" not in page.content


@pytest.mark.parametrize("path", ["/c/nobody/", "/w/nobody/"])
def test_a_property_that_does_not_exist_is_not_found(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_page_of_a_guest_is_kept_by_no_cache(client: Client, table: QRCode) -> None:
    for path in ("/c/lakeside/", "/w/lakeside/", table.get_absolute_url()):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_the_address_of_a_table_is_told_to_no_other_site(client: Client, table: QRCode) -> None:
    assert client.get(table.get_absolute_url()).headers["Referrer-Policy"] == "same-origin"


def test_pages_forbid_inline_scripts_and_markup_from_strings(
    client: Client, door: Property
) -> None:
    sent = policy(client, "/c/lakeside/")
    assert sent["default-src"] == "'self'"
    assert sent["require-trusted-types-for"] == "'script'"
    assert not sent.keys() & {"script-src", "style-src"}


def test_the_chat_page_itself_may_be_framed_by_nobody(client: Client, door: Property) -> None:
    WidgetSite.objects.create(property=door, origin=SITE)
    assert policy(client, "/c/lakeside/")["frame-ancestors"] == "'none'"
    assert client.get("/c/lakeside/").headers["X-Frame-Options"] == "DENY"


def test_the_widget_may_be_framed_by_its_own_sites_and_no_stranger(
    client: Client, door: Property
) -> None:
    stranger = make_property("elsewhere")
    WidgetSite.objects.create(property=stranger, origin="https://stranger.example")
    assert policy(client, "/w/lakeside/")["frame-ancestors"] == "'none'"
    WidgetSite.objects.create(property=door, origin=SITE)
    assert policy(client, "/w/lakeside/")["frame-ancestors"] == SITE
    assert "X-Frame-Options" not in client.get("/w/lakeside/").headers


def test_the_widget_script_may_be_loaded_and_kept_by_every_site(client: Client) -> None:
    script = client.get("/widget.js")
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "public" in script.headers["Cache-Control"]


def test_a_manager_gets_the_pictures_of_the_codes(client: Client, table: QRCode) -> None:
    client.force_login(make_staff("staff", table.property))
    picture = client.get(f"/codes/{table.pk}.png")
    assert picture.headers["Content-Type"] == "image/png"
    assert 'filename="table-4.png"' in picture.headers["Content-Disposition"]
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.width == image.height > 600
    drawing = client.get(f"/codes/{table.pk}.svg")
    assert drawing.headers["Content-Type"] == "image/svg+xml"
    assert b"Table 4" in drawing.content


def test_a_stranger_cannot_get_the_picture_of_a_code(client: Client, table: QRCode) -> None:
    client.force_login(make_staff("stranger", make_property("elsewhere")))
    assert client.get(f"/codes/{table.pk}.svg").status_code == 404


def test_an_editor_cannot_get_the_picture_of_a_code(client: Client, table: QRCode) -> None:
    client.force_login(make_staff("editor", table.property, Membership.Role.EDITOR))
    assert client.get(f"/codes/{table.pk}.svg").status_code == 404


def test_a_guest_cannot_get_the_picture_of_a_code(client: Client, table: QRCode) -> None:
    answer = client.get(f"/codes/{table.pk}.svg")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")


def test_the_front_page_names_no_property(client: Client, door: Property) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert b"akeside" not in page.content
