"""Staff in their own language: chosen once in the user's menu, on a screen and on a phone."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db.models import QuerySet
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from faq.models import Faq
from menus.models import Item
from properties.models import Property
from tests.browser.conftest import PHONE
from tests.browser.servers import Web

DESK: ViewportSize = {"width": 1280, "height": 800}
MOMENT = datetime(2026, 11, 28, 23, 50, tzinfo=UTC)


@pytest.fixture
def vienna(house: Property) -> Property:
    Property.objects.filter(pk=house.pk).update(time_zone="Europe/Vienna", languages=["de"])
    QuerySet(Faq).update(updated_at=MOMENT)
    return house


def signed_in(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.locator("[name=username]").fill("staff")
    page.locator("[name=password]").fill("a-long-password")
    page.locator("#login-form [type=submit]").click()
    return page


def fits(page: Page) -> bool:
    """Nothing hangs out of the screen; what is too wide scrolls by itself."""
    width: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return width


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    ("language", "told"),
    [("de-AT", "29. November 2026 00:50"), ("fr-FR", "29 novembre 2026 00:50")],
)
def test_a_list_is_read_in_the_browser_s_language(
    chromium: Browser,
    web: Web,
    vienna: Property,
    staff: User,
    language: str,
    told: str,
    screen: ViewportSize,
) -> None:
    with chromium.new_context(base_url=web.url, viewport=screen, locale=language) as context:
        page = signed_in(context, "/admin/faq/faq/")
        expect(page.get_by_text(told).first).to_be_attached()
        assert fits(page)


def test_the_language_is_chosen_in_the_user_s_menu_and_stays(
    chromium: Browser, web: Web, vienna: Property, staff: User
) -> None:
    with chromium.new_context(base_url=web.url, viewport=DESK, locale="en-US") as context:
        page = signed_in(context, "/admin/faq/faq/")
        expect(page.get_by_text("29 Nov 2026, 00:50").first).to_be_visible()
        page.get_by_text("staff@example.com").click()
        page.get_by_role("button", name="Deutsch").click()
        expect(page).to_have_url(f"{web.url}/admin/faq/faq/")
        expect(page.get_by_text("29. November 2026 00:50").first).to_be_visible()
        page.goto("/admin/menus/item/")
        expect(page.locator("html")).to_have_attribute("lang", "de")
        page.goto("/c/lakeside/")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_placeholder("Ask us anything")).to_be_visible()


def test_a_comma_price_is_saved_from_an_english_browser_and_shown_in_a_german_one(
    chromium: Browser, web: Web, vienna: Property, staff: User
) -> None:
    dish = Item.objects.get(property=vienna)
    with chromium.new_context(base_url=web.url, viewport=DESK, locale="en-US") as context:
        page = signed_in(context, "/admin/menus/item/")
        page.locator("[name=form-0-price]").fill("15,90 €")
        page.locator("[name=_save]").click()
        expect(page.locator("[name=form-0-price]")).to_have_value("15.90")
    dish.refresh_from_db()
    assert str(dish.price) == "15.90"
    with chromium.new_context(base_url=web.url, viewport=PHONE, locale="de-AT") as context:
        page = signed_in(context, f"/admin/menus/item/{dish.pk}/change/")
        expect(page.locator("[name=price]")).to_have_value("15,90")
        assert fits(page)
