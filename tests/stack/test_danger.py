"""A guest in danger reads whom to call, whatever else of us is away; staff learns of it then.

The whole product runs in processes of its own, without an engine, and its servers are really
stopped, frozen or killed. What the guest reads is read while they are.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psutil
import psycopg
import pytest

from concierge.stack.addresses import addresses
from tests.lines import Page
from tests.stack.product import Product, copy_folder, runs, started, wait_until

FIRE = "There is a fire in my room!"
NUMBER = "+43 1 5550 144"


@pytest.fixture(scope="module")
def product(used_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    var = copy_folder(used_folder, tmp_path_factory.mktemp("danger") / "var")
    with started(var, LLM_BACKEND="engine") as running:
        yield running


def processes(product: Product, name: str) -> list[psutil.Process]:
    child = product.child(name)
    assert child
    return [child, *child.children(recursive=True)]


@contextmanager
def frozen(product: Product, *names: str) -> Iterator[list[psutil.Process]]:
    stopped = [each for name in names for each in processes(product, name)]
    try:
        for each in stopped:
            each.suspend()
        yield stopped
    finally:
        for each in stopped:
            each.resume()


@contextmanager
def killed(product: Product, *names: str) -> Iterator[list[psutil.Process]]:
    """Nobody starts them again before the end of the block."""
    children = [each for name in names for each in processes(product, name)]
    product.process.suspend()
    try:
        for each in children:
            each.kill()
        yield children
    finally:
        product.process.resume()
        wait_until(lambda: all(_is_new(product, name, children) for name in names), "all are back")


def _is_new(product: Product, name: str, old: list[psutil.Process]) -> bool:
    child = product.child(name)
    return child is not None and child not in old


def handoffs(product: Product) -> list[tuple[uuid.UUID, bool]]:
    try:
        with psycopg.connect(addresses(product.var).database_url, connect_timeout=5) as database:
            return database.execute("SELECT asked_id, urgent FROM chat_handoff").fetchall()
    except psycopg.OperationalError:  # It is starting.
        return []


def is_away(each: psutil.Process) -> bool:
    return not runs(each) or each.status() == psutil.STATUS_STOPPED


def page_of(product: Product) -> Page:
    return Page(f"127.0.0.1:{product.port}", "/c/demo/")


@pytest.mark.parametrize("fault", [frozen, killed])
@pytest.mark.parametrize("away", [["postgres"], ["valkey"], ["postgres", "valkey"]])
def test_a_guest_in_danger_is_answered_and_staff_is_told(
    product: Product, fault: Any, away: list[str]
) -> None:
    page = page_of(product)
    with page.line() as open_line:
        open_line.send(type="ping")
        open_line.read_to("pong")
        with fault(product, *away) as gone, page.line() as new_line:
            asked = set()
            for line in (open_line, new_line):
                asked.add(line.ask(FIRE))
                assert line.read_to("token")["text"]
                assert line.read_to("handoff")["phone"] == NUMBER
                assert all(is_away(each) for each in gone)
                if "postgres" in away:
                    assert "alerted" not in line.read_to("token")["text"]
    # One guest is one open call, which names the question that was delivered last.
    wait_until(
        lambda: any((uuid.UUID(each), True) in handoffs(product) for each in asked),
        "staff is told",
    )


def test_the_page_opens_and_a_door_nobody_knows_says_whom_to_call(product: Product) -> None:
    with page_of(product).line() as line:  # From now on the process knows the house.
        line.send(type="ping")
        line.read_to("pong")
    address = f"http://127.0.0.1:{product.port}/c"
    with frozen(product, "postgres"):
        assert httpx2.get(f"{address}/demo/", timeout=30).status_code == 200
        unknown = httpx2.get(f"{address}/never-seen/", timeout=30)
    assert unknown.status_code == 503
    assert "call 112" in unknown.text


def test_a_call_outlives_the_web_process_that_took_it(product: Product) -> None:
    page = page_of(product)
    with page.line() as line:
        line.ask("Hello")
        line.read_to("done")
    with frozen(product, "postgres"):
        with page.line() as line:
            asked = line.ask(FIRE)
            line.read_to("done")
        (web,) = processes(product, "web")[:1]
        web.kill()
        wait_until(lambda: _is_new(product, "web", [web]), "the web is back")
    wait_until(lambda: (uuid.UUID(asked), True) in handoffs(product), "staff is told")


def test_other_questions_are_answered_once_everything_is_back(product: Product) -> None:
    with page_of(product).line() as line:
        line.ask("What time is breakfast?")
        assert line.read_to("done")["status"] == "complete"
