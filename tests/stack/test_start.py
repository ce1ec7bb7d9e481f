"""One product, started once: what it prints, and that it survives the death of any part."""

import json
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.stack.product import LONGEST_WAIT, MARKS, Product, manage, started, wait_until

DRAWN = set("█▀▄")
"""What a code in the terminal is drawn with."""


def test_the_guests_link_answers(product: Product) -> None:
    assert product.line("Guests") == f"Guests  http://127.0.0.1:{product.port}/c/demo/"
    assert product.serves_guests()


def test_no_code_is_printed_for_an_address_that_no_phone_reaches(product: Product) -> None:
    assert not DRAWN & set(product.said())
    assert product.line("Phones") == (
        "Phones  cannot reach this address: set HOST=0.0.0.0 for those in your network, "
        "PUBLIC_URL for all (docs/install.md)"
    )


@pytest.mark.parametrize("host", ["::", "0.0.0.0"])  # noqa: S104
def test_a_product_that_listens_in_the_network_prints_its_address_there(
    var: Path, host: str
) -> None:
    """Or says that there is none: a machine without a network is a machine, too."""
    with started(var, HOST=host) as running:
        link = running.line("Guests").removeprefix("Guests  ")
        with urllib.request.urlopen(link, timeout=LONGEST_WAIT) as answer:  # noqa: S310
            assert b"<html" in answer.read()
        is_reached = "Phones" not in running.said()
        assert bool(DRAWN & set(running.said())) == is_reached
        assert is_reached == ("//localhost" not in link)


def test_a_product_on_ipv6_alone_is_opened_in_brackets(var: Path) -> None:
    with started(var, HOST="::1") as running:
        link = running.line("Guests").removeprefix("Guests  ")
        assert link == f"http://[::1]:{running.port}/c/demo/"
        with urllib.request.urlopen(link, timeout=LONGEST_WAIT) as answer:  # noqa: S310
            assert b"<html" in answer.read()


def test_the_password_shown_is_the_one_that_opens_the_admin(product: Product) -> None:
    password = product.line("Staff").rpartition("password ")[2]
    check = f"print(get_user_model().objects.get(username='admin').check_password({password!r}))"
    imports = "from django.contrib.auth import get_user_model"
    assert manage(product.var, "shell", "-v0", "-c", f"{imports};{check}").stdout == "True\n"
    assert (product.var / "admin_password").stat().st_mode & 0o777 == 0o600


def test_a_command_in_a_second_terminal_uses_the_running_servers(product: Product) -> None:
    before = {name: product.child(name) for name in ("postgres", "valkey")}
    answer = manage(product.var, "ask", "demo", "What time is breakfast?", "--json")
    assert json.loads(answer.stdout)["sources"], answer.stderr
    assert {name: product.child(name) for name in ("postgres", "valkey")} == before


def test_a_second_start_on_the_same_folder_is_refused(product: Product) -> None:
    refused = manage(product.var, "start")
    assert refused.returncode == 1
    assert refused.stderr == (
        f"concierge: Concierge already runs on {product.var} (process {product.process.pid}): "
        "stop it, or set VAR_DIR to another folder\n"
    )
    assert product.serves_guests()


def test_the_database_listens_on_no_port(product: Product) -> None:
    listening = [
        connection.laddr.port
        for process in product.processes()
        for connection in process.net_connections(kind="inet")
        if connection.status == "LISTEN"
    ]
    assert set(listening) == {product.port}


@pytest.mark.parametrize("name", sorted(MARKS.keys() - {"engine"}))
def test_what_is_killed_starts_again(product: Product, name: str) -> None:
    killed = product.child(name)
    assert killed is not None
    killed.send_signal(signal.SIGKILL)

    def has_new_one() -> bool:
        return product.child(name) not in (None, killed)

    wait_until(has_new_one, f"{name} runs again")
    assert f"{name} ended (killed by SIGKILL), starts again" in product.said()
    wait_until(product.serves_guests, "it answers again")
