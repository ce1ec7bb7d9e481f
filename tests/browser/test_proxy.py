"""The product below a path of somebody else's site, behind the nginx that docs/install.md shows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from properties.models import Property, QRCode, WidgetSite
from tests.browser import servers
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.guest import ask, expect_finished, words
from tests.browser.proxy import HOST, nginx
from tests.browser.servers import Web

HOME = f"https://{HOST}/concierge"
METRICS_TOKEN = "for-prometheus"
BREAKFAST = "Breakfast is served from 7:00 to 10:30."


@pytest.fixture(scope="module")
def product(django_db_setup: None) -> Iterator[Web]:
    with servers.web(PUBLIC_URL=HOME, METRICS_TOKEN=METRICS_TOKEN) as running:
        yield running


@pytest.fixture(scope="module", params=["passed on", "cut off"])
def site(
    request: Any, product: Web, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A browser for which the site's name is our nginx, with the path passed on or cut off."""
    folder: Path = tmp_path_factory.mktemp("nginx")
    with nginx(folder, product.port, cut_off=request.param == "cut off") as port:
        rules = f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{port}"
        browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, rules])
        yield browser
        browser.close()


@pytest.fixture
def context(site: Browser) -> Iterator[BrowserContext]:
    with site.new_context(base_url=f"{HOME}/", ignore_https_errors=True) as opened:
        yield opened


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """Whatever the test opens, nothing may be asked for beside the path, or be missing there."""
    astray: list[str] = []

    def note(response: Response) -> None:
        is_ours = response.url.startswith(f"https://{HOST}")
        if is_ours and (response.status >= 400 or not response.url.startswith(f"{HOME}/")):
            astray.append(f"{response.status} {response.url}")

    page.on("response", note)
    yield page
    assert astray == []


def sign_in(page: Page) -> None:
    page.get_by_label("Username").fill("staff")
    page.get_by_label("Password").fill("a-long-password")
    page.get_by_role("button", name="Log in").click()


def test_a_guest_asks_and_is_answered(page: Page, house: Property) -> None:
    page.goto("c/lakeside/")
    answer = ask(page, "What time is breakfast?")
    expect(words(answer)).to_have_text(BREAKFAST)
    expect_finished(answer)
    page.reload()
    expect(words(page.locator(".answer"))).to_have_text(BREAKFAST)


def test_a_code_that_the_admin_shows_opens_the_chat(
    page: Page, house: Property, staff: User
) -> None:
    code = QRCode.objects.create(property=house, place="Room 12")
    page.goto(f"admin/properties/qrcode/{code.pk}/change/")
    sign_in(page)
    expect(page).to_have_url(f"{HOME}/admin/properties/qrcode/{code.pk}/change/")
    picture = page.get_by_alt_text("QR code for Room 12")
    assert picture.evaluate("drawing => drawing.decode().then(() => drawing.naturalWidth)") > 0
    expect(page.get_by_text("phone")).to_have_count(0)  # no warning: all phones get here
    page.get_by_role("link", name=f"{HOME}/q/{code.code}/").click()
    expect(page.get_by_role("banner")).to_contain_text("Room 12")
    assert {cookie["path"] for cookie in page.context.cookies()} == {"/concierge/"}


# Once only: the web process knows the ids of Django's content types, which each test makes anew.
@pytest.mark.parametrize("site", ["passed on"], indirect=True)
def test_an_edit_in_admin_comes_back_below_the_path(
    page: Page, house: Property, staff: User
) -> None:
    page.goto("admin/faq/faq/add/")
    sign_in(page)
    page.locator("[name=question]").fill("Is there a sauna?")
    page.locator("[name=answer]").fill("There is one in the cellar.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    expect(page).to_have_url(f"{HOME}/admin/faq/faq/")


def test_the_widget_brings_the_chat_from_below_the_path(page: Page, house: Property) -> None:
    tag = f'<script src="{HOME}/widget.js" data-property="lakeside" async></script>'
    with servers.website(f"<!doctype html><title>A restaurant</title>{tag}") as port:
        site = f"http://localhost:{port}"
        WidgetSite.objects.create(property=house, origin=site)
        page.goto(site)
        page.get_by_role("button", name="Ask us").click()
        answer = ask(page.frame_locator("iframe"), "What time is breakfast?")
        expect(words(answer)).to_have_text(BREAKFAST)
        page.goto("about:blank")


def test_the_api_is_where_its_description_says(page: Page, house: Property) -> None:
    page.goto("c/lakeside/")
    answer = page.evaluate(
        """async () => {
            const accept = { Accept: "application/json" };
            const schema = await (await fetch("../../api/v1/schema/", { headers: accept })).json();
            const [path] = Object.keys(schema.paths);
            const address = schema.servers[0].url + path.replace("{slug}", "lakeside");
            const body = JSON.stringify({ question: "What time is breakfast?" });
            const headers = { ...accept, "Content-Type": "application/json" };
            return (await fetch(address, { method: "POST", headers, body })).json();
        }"""
    )
    assert answer["answer"] == BREAKFAST


def test_metrics_are_below_the_path(page: Page, house: Property) -> None:
    page.goto("c/lakeside/")
    shown = page.evaluate(
        """token => fetch("../../metrics", { headers: { Authorization: `Bearer ${token}` } })
            .then((answer) => answer.text())""",
        METRICS_TOKEN,
    )
    assert "concierge_answers_total" in shown
