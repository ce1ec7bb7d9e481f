"""Two people of one house, each at a browser of their own, on the same page."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, ViewportSize, expect

from faq.models import Faq
from menus.models import Item, Menu, Section
from properties.models import Property
from tests.browser.conftest import PHONE
from tests.browser.servers import Web
from tests.people import make_item, make_property, make_staff

DESK: ViewportSize = {"width": 1280, "height": 800}
Office = Callable[[str, ViewportSize], Page]


@pytest.fixture
def lakeside(transactional_db: None) -> Property:
    return make_property("lakeside")


@pytest.fixture
def office(chromium: Browser, web: Web, lakeside: Property) -> Iterator[Office]:
    """Sit somebody down at a browser, signed in."""
    with ExitStack() as browsers:

        def sat_down(name: str, viewport: ViewportSize = DESK) -> Page:
            make_staff(name, lakeside)
            context = browsers.enter_context(
                chromium.new_context(base_url=web.url, viewport=viewport)
            )
            page = context.new_page()
            page.goto("/admin/login/?next=/admin/")
            page.get_by_label("Username").fill(name)
            page.get_by_label("Password").fill("a-long-password")
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url("**/admin/")
            return page

        yield sat_down


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def test_two_browsers_on_one_faq(office: Office, lakeside: Property) -> None:
    faq = Faq.objects.create(property=lakeside, question="Pets?", answer="Dogs are welcome.")
    anna, bert = office("anna", DESK), office("bert", PHONE)
    for page in (anna, bert):
        page.goto(f"/admin/faq/faq/{faq.pk}/change/")
    anna.locator("[name=answer]").fill("Dogs are welcome. Cats too.")
    save(anna)
    expect(anna.get_by_text("was changed successfully")).to_be_visible()

    bert.locator("[name=question]").fill("Are pets allowed?")
    bert.locator("[name=answer]").fill("No pets.")
    save(bert)
    asked = bert.get_by_role("alert")
    expect(asked).to_contain_text("Nothing is saved yet")
    expect(asked).to_contain_text("Last changed by anna")
    expect(asked.get_by_label("Keep what stands now")).to_have_count(1)
    expect(asked).to_contain_text("Dogs are welcome. Cats too.")
    expect(asked).to_contain_text("No pets.")
    expect(bert.locator("[name=question]")).to_have_value("Are pets allowed?")
    faq.refresh_from_db()
    assert (faq.question, faq.answer) == ("Pets?", "Dogs are welcome. Cats too.")

    asked.get_by_role("radio").first.focus()
    bert.keyboard.press("Space")
    save(bert)
    expect(bert.get_by_text("was changed successfully")).to_be_visible()
    faq.refresh_from_db()
    assert (faq.question, faq.answer) == ("Are pets allowed?", "Dogs are welcome. Cats too.")


def test_two_browsers_on_one_dish(office: Office, lakeside: Property) -> None:
    dish = make_item(lakeside, "Lentil curry", price="17.50")
    anna, bert = office("anna", DESK), office("bert", DESK)
    for page in (anna, bert):
        page.goto(f"/admin/menus/item/{dish.pk}/change/")
    anna.locator("[name=allergens_milk]").select_option("contains")
    save(anna)
    expect(anna.get_by_text("was changed successfully")).to_be_visible()
    bert.locator("[name=allergens_nuts]").select_option("may_contain")
    save(bert)
    expect(bert.get_by_text("A colleague's changes to Lentil curry were kept")).to_be_visible()
    recorded = dict(dish.allergens.values_list("allergen", "presence"))
    assert recorded == {"milk": "contains", "nuts": "may_contain"}


def test_two_browsers_on_one_list(office: Office, lakeside: Property) -> None:
    for name in ("Broth", "Curry", "Eel"):
        make_item(lakeside, name, price="10.00")
    anna, bert = office("anna", DESK), office("bert", DESK)
    for page in (anna, bert):
        page.goto("/admin/menus/item/")
    anna.locator("[name=form-0-price]").fill("12.00")
    anna.locator("[name=form-1-sold_out]").check()
    save(anna)
    expect(anna.get_by_text("2 menu items were changed successfully")).to_be_visible()

    bert.locator("[name=form-0-price]").fill("13.00")
    bert.locator("[name=form-2-price]").fill("14.00")
    save(bert)
    asked = bert.get_by_role("alert")
    expect(asked).to_contain_text("Broth: Price")
    asked.get_by_label("Take yours").check()
    save(bert)
    expect(bert.get_by_text("2 menu items were changed successfully")).to_be_visible()
    rows = Item.objects.order_by("name").values_list("name", "price", "sold_out")
    assert [(name, str(price), out) for name, price, out in rows] == [
        ("Broth", "13.00", False),
        ("Curry", "10.00", True),
        ("Eel", "14.00", False),
    ]


def test_sections_dragged_on_one_page_and_renamed_on_another(
    office: Office, lakeside: Property
) -> None:
    menu = Menu.objects.create(property=lakeside, name="Dinner")
    for position, name in enumerate(("Mains", "Soups")):
        Section.objects.create(menu=menu, name=name, position=position)
    anna, bert = office("anna", DESK), office("bert", DESK)
    for page in (anna, bert):
        page.goto(f"/admin/menus/menu/{menu.pk}/change/")
    rows = anna.locator("tbody.original")
    rows.nth(1).locator("[x-sort\\:handle]").drag_to(rows.nth(0))
    expect(anna.locator("[name=sections-1-position]")).to_have_value("0")
    save(anna)
    expect(anna.get_by_text("was changed successfully")).to_be_visible()
    bert.locator("[name=sections-1-name]").fill("Soups and stews")
    save(bert)
    expect(bert.get_by_text("was changed successfully")).to_be_visible()
    assert list(menu.sections.values_list("name", flat=True)) == ["Soups and stews", "Mains"]


def test_an_action_on_as_many_rows_as_a_page_shows(office: Office, lakeside: Property) -> None:
    menu = Menu.objects.create(property=lakeside, name="Bar")
    section = Section.objects.create(menu=menu, name="Gin")
    count = settings.ROWS_IN_A_LIST
    Item.objects.bulk_create(
        [Item(section=section, name=f"Gin {row:03}", sold_out=True) for row in range(count)]
    )
    anna = office("anna", DESK)
    anna.goto("/admin/menus/item/")
    anna.get_by_role("link", name="Show all").click()
    anna.locator("#action-toggle").check()
    anna.locator("[name=action]").select_option("mark_available")
    with anna.expect_request(lambda each: each.method == "POST") as request:
        anna.get_by_role("button", name="Run").click()
    expect(anna.get_by_text(f"{count} menu items available again.")).to_be_visible()
    assert not Item.objects.filter(sold_out=True).exists()
    assert "form-0-price" not in (request.value.post_data or "")
