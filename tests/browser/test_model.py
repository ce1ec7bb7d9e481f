import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from llm.backends.releases import first_good
from properties.models import Property
from tests.browser import servers
from tests.browser.guest import ask, expect_finished, words
from tests.browser.servers import Web


@pytest.fixture
def speaking(django_db_setup: None) -> Iterator[Web]:
    """The web process with the model that guests get, its file made beforehand."""
    first_good(Path(str(settings.LLM_BACKENDS["local"]["MODELS_DIR"])))
    with servers.web(LLM_BACKEND="local") as running:
        yield running


def test_the_real_model_answers_in_the_browser_from_its_source(
    page: Page, house: Property, generated: Property, speaking: Web
) -> None:
    page.goto(f"{speaking.url}/c/lakeside/")
    answer = ask(page, "What time is breakfast?")
    expect_finished(answer)
    expect(words(answer)).to_have_text(re.compile("7|10:30"))
    expect(answer.locator("summary")).to_have_text("Source: What time is breakfast?")
