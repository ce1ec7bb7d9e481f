from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from properties.models import Property, WidgetSite
from tests.browser import servers
from tests.browser.guest import ask, expect_finished, words
from tests.browser.servers import Web

PAGE = """<!doctype html><title>A restaurant</title><h1>A restaurant</h1>
<script src="{url}/widget.js" data-property="lakeside" async></script>"""


@pytest.fixture(scope="module")
def port(web: Web) -> Iterator[int]:
    with servers.website(PAGE.format(url=web.url)) as port:
        yield port


@pytest.fixture
def listed(house: Property, port: int) -> str:
    """The one site that may frame the hotel's chat; 127.0.0.1 on the same port is another."""
    return WidgetSite.objects.create(property=house, origin=f"http://localhost:{port}").origin


def test_a_guest_chats_on_the_page_of_a_listed_site(page: Page, listed: str) -> None:
    page.goto(listed)
    launch = page.get_by_role("button", name="Ask us")
    launch.press("Enter")
    chat = page.frame_locator("iframe")

    answer = ask(chat, "What time is breakfast?")

    expect(words(answer)).to_have_text("Breakfast is served from 7:00 to 10:30.")
    expect_finished(answer)
    page.keyboard.press("Escape")
    expect(launch).to_be_focused()
    launch.click()
    expect(words(answer)).to_be_visible()


def test_a_site_that_is_not_listed_gets_no_chat(page: Page, listed: str, port: int) -> None:
    page.goto(f"http://127.0.0.1:{port}")
    page.get_by_role("button", name="Ask us").click()
    expect(page.get_by_text("The chat isn’t available on this site.")).to_be_visible()
    assert len(page.frames) == 1
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Ask us")).to_be_focused()


def test_the_widget_obeys_no_message_but_its_own_frame_s(page: Page, listed: str) -> None:
    page.goto(listed)
    page.get_by_role("button", name="Ask us").click()
    chat = page.frame_locator("iframe")
    expect(chat.get_by_role("button", name="Close the chat")).to_be_visible()

    # A message that looks like the frame's own, from the page itself.
    page.evaluate("postMessage('concierge:close', '*')")

    expect(words(ask(chat, "Are pets allowed?"))).to_contain_text("Dogs are welcome")
