"""The page's own limit: a code or an address that opens pages without end."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from concierge.limits.rates import Rate
from properties.models import Property, QRCode, WidgetSite
from tests.people import make_property

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("patience_with_valkey")]


@pytest.fixture
def door() -> Property:
    return make_property("lakeside", name="Lakeside Hotel", emergency_phone="144")


@pytest.fixture
def limited(settings: Any) -> dict[str, Rate]:
    settings.LIMITS = {**settings.LIMITS, "page": {}}
    return settings.LIMITS["page"]


def opened(path: str, address: str = "192.0.2.1") -> HttpResponse:
    return Client().get(path, REMOTE_ADDR=address)  # type: ignore[return-value]


def test_a_code_that_opens_pages_without_end_says_when_to_come_back(
    door: Property, limited: dict[str, Rate]
) -> None:
    limited["code"] = Rate(2, 3600)
    codes = [QRCode.objects.create(property=door, place=place) for place in ("Room 1", "Room 2")]
    paths = [code.get_absolute_url() for code in codes]
    assert [opened(paths[0]).status_code for _ in range(3)] == [200, 200, 429]
    held = opened(paths[0])
    assert 1700 < int(held["Retry-After"]) <= 1800
    assert b"open the chat again in 30 minutes" in held.content
    assert b"If somebody is in danger, call 144." in held.content
    assert b"token" not in held.content
    assert opened(paths[1]).status_code == 200


@pytest.mark.parametrize("path", ["/c/lakeside/", "/w/lakeside/"])
def test_an_address_that_opens_pages_without_end_waits_and_no_other(
    door: Property, limited: dict[str, Rate], path: str
) -> None:
    limited["address"] = Rate(1, 3600)
    assert [opened(path).status_code for _ in range(2)] == [200, 429]
    assert opened(path, "192.0.2.2").status_code == 200


def test_the_page_that_says_so_may_be_framed_where_the_chat_may(
    door: Property, limited: dict[str, Rate]
) -> None:
    site = WidgetSite.objects.create(property=door, origin="https://www.lakeside.example")
    limited["address"] = Rate(1, 3600)
    policies = [opened("/w/lakeside/")["Content-Security-Policy"] for _ in range(2)]
    assert all(site.origin in policy for policy in policies)


def test_two_hundred_guests_of_one_hotel_open_the_chat(door: Property) -> None:
    assert {opened("/c/lakeside/").status_code for _ in range(200)} == {200}
