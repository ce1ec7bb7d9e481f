"""Limits as guests meet them: in the browser, and behind a proxy that names them."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from properties.models import Property
from tests.browser import servers
from tests.browser.servers import LONGEST_WAIT, Web


@pytest.fixture(scope="module")
def web(django_db_setup: None) -> Iterator[Web]:
    with servers.web(SOCKET_LIMITS="address=1/hour", PAGE_LIMITS="address=2/hour") as running:
        yield running


@pytest.fixture
def door(web: Web, house: Property) -> Property:
    """A house whose web process has loaded its models: until then it is too busy to ask Valkey in
    time, and limits nobody."""
    with closing(HTTPConnection("127.0.0.1", web.port, timeout=LONGEST_WAIT)) as line:
        body, headers = json.dumps({"question": "Hello"}), {"Content-Type": "application/json"}
        line.request("POST", f"/api/v1/properties/{house.slug}/ask", body, headers)
        with line.getresponse() as response:
            assert response.status == 200
    return house


def test_a_guest_whose_address_connects_too_often_reads_when_to_come_back(
    page: Page, context: BrowserContext, door: Property
) -> None:
    page.goto("/c/lakeside/")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    another = context.new_page()
    with another.expect_websocket() as opened:
        another.goto("/c/lakeside/")
    assert opened.value.url.endswith("/ws/c/lakeside/")
    expect(another.get_by_role("status")).to_have_text(
        "Too many guests at once. Please come back in 60 minutes. In danger, call 112."
    )


def test_guests_behind_a_proxy_are_counted_one_by_one(web: Web, door: Property) -> None:
    def opened(guest: str) -> int:
        with closing(HTTPConnection("127.0.0.1", web.port, timeout=LONGEST_WAIT)) as line:
            line.request("GET", "/c/lakeside/", headers={"X-Forwarded-For": guest})
            with line.getresponse() as response:
                return response.status

    assert [opened("192.0.2.1") for _ in range(3)] == [200, 200, 429]
    assert opened("192.0.2.2") == 200
