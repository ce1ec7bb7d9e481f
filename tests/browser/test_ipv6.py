"""A product that speaks nothing but IPv6: pages, sockets, codes and the widget in brackets."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from properties.models import Property, QRCode
from tests.browser import servers
from tests.browser.guest import ask, words
from tests.browser.servers import Web


@pytest.fixture(scope="module")
def web(django_db_setup: None) -> Iterator[Web]:
    with servers.web("::1") as running:
        yield running


def test_a_code_made_there_opens_a_chat_that_answers(
    page: Page, web: Web, house: Property, staff: User
) -> None:
    code = QRCode.objects.create(property=house, place="Room 12")
    page.goto(f"/admin/properties/qrcode/{code.pk}/change/")
    page.get_by_label("Username").fill("staff")
    page.get_by_label("Password").fill("a-long-password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Do not print these codes yet")).to_be_visible()
    page.get_by_role("link", name=f"http://[::1]:{web.port}/q/{code.code}/").click()
    expect(page.get_by_role("banner")).to_contain_text("Room 12")
    answer = ask(page, "What time is breakfast?")
    expect(words(answer)).to_have_text("Breakfast is served from 7:00 to 10:30.")
