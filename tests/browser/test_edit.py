from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, Page, expect

from faq.models import Faq
from properties.models import Property
from tests.browser.guest import ask, words
from tests.browser.servers import wait_for_the_worker


def test_an_edit_in_admin_changes_the_next_answer(
    page: Page, context: BrowserContext, house: Property, staff: User
) -> None:
    page.goto("/c/lakeside/")
    expect(words(ask(page, "Where can I park?"))).to_contain_text("15 EUR")
    faq = Faq.objects.get(question="Where can I park?")

    office = context.new_page()
    office.goto(f"/admin/faq/faq/{faq.pk}/change/")
    office.get_by_label("Username").fill("staff")
    office.get_by_label("Password").fill("a-long-password")
    office.get_by_role("button", name="Log in").click()
    office.locator("[name=answer]").fill("Parking is free behind the house.")
    office.get_by_role("button", name="Save", exact=True).click()
    expect(office.get_by_text("was changed successfully")).to_be_visible()

    wait_for_the_worker()
    expect(words(ask(page, "Where can I park?"))).to_have_text("Parking is free behind the house.")
