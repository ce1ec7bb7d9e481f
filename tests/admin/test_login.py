"""Whoever guesses passwords waits; nobody else does."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("patience_with_valkey")]

PASSWORD = "a-long-password"
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


def sign_in(
    client: Client, password: str = PASSWORD, name: str = "staff", address: str = HERE
) -> HttpResponse:
    fields = {"username": name, "password": password}
    return client.post("/admin/login/", fields, REMOTE_ADDR=address)  # type: ignore[return-value]


def guess(times: int, name: str = "staff", address: str = HERE) -> list[int]:
    return [sign_in(Client(), "wrong", name, address).status_code for _ in range(times)]


def test_after_ten_wrong_passwords_even_the_right_one_waits(staff: User) -> None:
    assert guess(11) == [200] * 10 + [429]
    held = sign_in(Client())
    assert held.status_code == 429
    assert 300 < int(held["Retry-After"]) <= 360
    assert b"Too many wrong passwords. Please try again in 6 minutes." in held.content


def test_the_same_name_in_capitals_is_the_same_name(staff: User) -> None:
    assert guess(10) + guess(1, name="STAFF") == [200] * 10 + [429]


def test_a_stranger_elsewhere_locks_nobody_out(staff: User) -> None:
    assert 429 in guess(11, address=ELSEWHERE)
    assert sign_in(Client()).status_code == 302


def test_a_guest_in_the_same_network_does_not_lock_out_a_browser_that_is_known(
    staff: User,
) -> None:
    desk = Client()
    assert sign_in(desk).status_code == 302
    desk.post("/admin/logout/")
    assert 429 in guess(11)
    assert sign_in(desk).status_code == 302


def test_a_known_browser_has_no_more_tries_than_others(staff: User) -> None:
    stolen = Client()
    sign_in(stolen)
    tries = [sign_in(stolen, "wrong").status_code for _ in range(11)]
    assert tries == [200] * 10 + [429]


def test_a_cookie_made_up_by_a_guest_is_no_known_browser(staff: User) -> None:
    forged = Client()
    forged.cookies["concierge_device"] = "0 staff:1:forged"
    guess(10)
    assert sign_in(forged).status_code == 429


def test_a_cookie_of_one_name_is_none_of_another(staff: User, colleague: User) -> None:
    desk = Client()
    sign_in(desk)
    guess(10, name="colleague")
    assert sign_in(desk, "wrong", "colleague").status_code == 429


def test_one_password_for_many_names_is_stopped_too(db: None) -> None:
    statuses = [guess(1, name=f"staff{number}")[0] for number in range(101)]
    assert statuses == [200] * 100 + [429]


def test_the_right_password_makes_good_for_the_wrong_ones(staff: User) -> None:
    for _ in range(3):
        guess(9)
        assert sign_in(Client()).status_code == 302


def test_many_who_sign_in_rightly_are_not_held_up(staff: User) -> None:
    assert {sign_in(Client()).status_code for _ in range(30)} == {302}


def test_without_valkey_staff_still_gets_in(staff: User, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    assert sign_in(Client()).status_code == 302
