"""A guest in danger calls with one tap; a guest who wants a person sees how to reach one."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from concierge.chat.models import Conversation, Handoff
from properties.models import Property, QRCode
from tests.browser.guest import ask, expect_finished, words
from tests.stack.product import wait_until


def test_a_guest_in_danger_calls_with_one_tap(page: Page, house: Property) -> None:
    Property.objects.filter(pk=house.pk).update(emergency_phone="+43 (0)512 55 50-99")
    room = QRCode.objects.create(property=house, place="Room 12")
    page.goto(room.get_absolute_url())

    answer = ask(page, "There is smoke in the corridor")

    expect_finished(answer)
    alarm = answer.get_by_role("alert")
    expect(alarm.get_by_role("link", name="Call +43 (0)512 55 50-99")).to_have_attribute(
        "href", "tel:+43512555099"
    )
    expect(words(answer)).to_contain_text("+43 (0)512 55 50-99")
    handoff = Handoff.objects.get()
    assert (handoff.urgent, handoff.reason, handoff.place) == (True, "safety", "Room 12")


def test_a_guest_who_wants_a_person_sees_how_to_reach_one(page: Page, house: Property) -> None:
    Property.objects.filter(pk=house.pk).update(contact_phone="+43 (0)512 55 50-0")
    page.goto("/c/lakeside/")
    answer = ask(page, "Can I speak to someone?")
    expect_finished(answer)
    call = answer.get_by_role("link", name="Call the front desk")
    expect(call).to_have_attribute("href", "tel:+4351255500")
    expect(call).to_contain_text("+43 (0)512 55 50-0")
    expect(page.get_by_role("banner").get_by_role("link")).to_have_attribute(
        "href", "tel:+4351255500"
    )
    expect(answer.get_by_role("alert")).to_have_count(0)


def test_an_extension_of_the_house_is_read_but_not_tapped(page: Page, house: Property) -> None:
    Property.objects.filter(pk=house.pk).update(contact_phone="ext. 9")
    page.goto("/c/lakeside/")
    answer = ask(page, "Can I speak to someone?")
    expect_finished(answer)
    expect(words(answer)).to_contain_text("ext. 9")
    expect(page.locator("[href^='tel:']")).to_have_count(0)


def test_a_reload_shows_the_alarm_again(page: Page, house: Property) -> None:
    page.goto("/c/lakeside/")
    expect_finished(ask(page, "my husband is not breathing"))
    page.reload()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "tel:112")


@pytest.mark.usefixtures("house")
def test_a_guest_deletes_the_conversation(page: Page) -> None:
    page.goto("/c/lakeside/")
    expect(page.get_by_role("button", name="Delete this conversation")).to_be_hidden()
    expect_finished(ask(page, "When is breakfast served?"))

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete this conversation").click()

    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_role("button", name="Delete this conversation")).to_be_hidden()
    assert not Conversation.objects.exists()
    page.reload()
    expect(page.locator(".turn")).to_have_count(0)


@pytest.mark.usefixtures("house")
def test_a_guest_who_deleted_the_conversation_goes_on_and_finds_the_new_one_after_a_reload(
    page: Page,
) -> None:
    page.goto("/c/lakeside/")
    expect_finished(ask(page, "When is breakfast served?"))
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete this conversation").click()
    expect(page.locator(".turn")).to_have_count(0)

    expect(words(ask(page, "Are pets allowed?"))).to_contain_text("Dogs are welcome")
    page.reload()

    expect(page.locator(".turn")).to_have_count(1)
    expect(words(page.locator(".turn"))).to_contain_text("Dogs are welcome")
    wait_until(lambda: Conversation.objects.count() == 1, "the new one is kept")


@pytest.mark.usefixtures("house")
def test_a_guest_who_thinks_again_deletes_nothing(page: Page) -> None:
    def decline(dialog: Dialog) -> None:
        dialog.dismiss()

    page.goto("/c/lakeside/")
    expect_finished(ask(page, "When is breakfast served?"))
    page.once("dialog", decline)
    page.get_by_role("button", name="Delete this conversation").click()
    expect(page.locator(".turn")).to_have_count(1)
