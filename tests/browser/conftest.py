"""A real browser before a real web process and a real worker, on the run's own database."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from faq.models import Faq
from properties.models import Property
from tests.browser import servers
from tests.browser.servers import LONGEST_WAIT, Web, wait_for_the_worker

PHONE: ViewportSize = {"width": 390, "height": 844}
CHROMIUM = shutil.which("chromium")
FLAGS = (  # For a container: no sandbox of its own, and nothing that calls home.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=LONGEST_WAIT * 1000)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, and Django takes that for an async caller.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def web(django_db_setup: None) -> Iterator[Web]:
    with servers.web() as running:
        yield running


@pytest.fixture(scope="package")
def worker(django_db_setup: None) -> Iterator[None]:
    with servers.worker():
        yield


@pytest.fixture
def write(worker: None, transactional_db: None) -> Callable[..., Faq]:
    """Write an FAQ and wait until it is in answers."""

    def written(property_: Property, question: str, answer: str) -> Faq:
        faq = Faq.objects.create(property=property_, question=question, answer=answer)
        wait_for_the_worker()
        return faq

    return written


@pytest.fixture
def house(worker: None, transactional_db: None, hotel: Property) -> Property:
    """The hotel as other processes see it: committed, and in answers."""
    wait_for_the_worker()
    return hotel


@pytest.fixture
def context(chromium: Browser, web: Web) -> Iterator[BrowserContext]:
    with chromium.new_context(base_url=web.url, viewport=PHONE) as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A guest's phone. Whatever the test is about, no script of ours may fail on it."""
    errors: list[object] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(error))
    yield page
    assert errors == []
