from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, Page, expect

from concierge.chat.models import Message
from faq.models import Faq
from properties.models import Property
from tests.browser.guest import ask, expect_finished, words
from tests.browser.servers import Web
from tests.stack.product import wait_until

QUESTION = "What is the story of the house?"
STORY = " ".join(f"Chapter {number} tells of the lake and the mill." for number in range(10))
BEGINNING = "Chapter 0"


@pytest.fixture
def chat(page: Page, house: Property, generated: Property, write: Callable[..., Faq]) -> Page:
    """The page of a hotel with an answer that takes seconds to tell."""
    write(house, QUESTION, STORY)
    page.goto("/c/lakeside/")
    return page


def test_an_answer_goes_on_after_a_lost_connection_without_loss_or_doubling(
    chat: Page, context: BrowserContext
) -> None:
    answer = ask(chat, QUESTION)
    expect(words(answer)).to_contain_text(BEGINNING)

    context.set_offline(True)
    expect(chat.get_by_role("status")).to_contain_text("Connecting again")
    context.set_offline(False)

    expect(words(answer)).to_have_text(STORY)
    expect_finished(answer)
    expect(chat.get_by_role("status")).to_be_hidden()
    wait_until(lambda: Message.objects.count() == 1, "the answer is kept, once")


def test_an_answer_lost_with_its_server_starts_over(chat: Page, web: Web) -> None:
    answer = ask(chat, QUESTION)
    expect(words(answer)).to_contain_text(BEGINNING)

    web.crash_and_restart()

    expect(words(answer)).to_have_text(STORY)
    expect_finished(answer)


def test_a_question_typed_without_a_connection_is_sent_once_there_is_one(
    chat: Page, context: BrowserContext
) -> None:
    context.set_offline(True)
    answer = ask(chat, "Are pets allowed?")
    expect(chat.get_by_role("status")).to_contain_text("Connecting again")
    assert words(answer).inner_text() == ""

    context.set_offline(False)

    expect(words(answer)).to_have_text("Dogs are welcome for 12 EUR per night.")
    wait_until(lambda: Message.objects.count() == 1, "the answer is kept, once")


def test_stop_ends_the_answer_and_the_next_question_is_answered(chat: Page) -> None:
    answer = ask(chat, QUESTION)
    expect(words(answer)).to_contain_text(BEGINNING)

    chat.get_by_role("button", name="Stop").click()

    expect(answer).to_contain_text("You stopped this answer.")
    expect(chat.get_by_label("Your question")).to_be_focused()
    assert len(words(answer).inner_text()) < len(STORY)
    expect(words(ask(chat, "Are pets allowed?"))).to_contain_text("Dogs are welcome")


@contextmanager
def a_broken_database() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE faq_faq RENAME TO faq_lost")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE faq_lost RENAME TO faq_faq")


def test_a_guest_can_try_again_after_a_fault_of_ours(chat: Page) -> None:
    with a_broken_database():
        expect(ask(chat, "Are pets allowed?")).to_contain_text("Something went wrong on our side.")

    chat.get_by_role("button", name="Try again").click()

    expect(chat.locator(".text")).to_have_text(["Dogs are welcome for 12 EUR per night."])
    expect(chat.locator(".turn")).to_have_count(1)


def test_a_token_that_is_no_longer_good_begins_a_new_conversation(chat: Page) -> None:
    expect_finished(ask(chat, "Are pets allowed?"))
    chat.evaluate(
        """() => {
            const [key] = Object.keys(sessionStorage);
            const kept = JSON.parse(sessionStorage.getItem(key));
            sessionStorage.setItem(key, JSON.stringify({ ...kept, token: "a.forged.token" }));
        }"""
    )
    chat.reload()

    expect(chat.get_by_role("button", name="What time is breakfast?")).to_be_visible()
    expect(chat.locator(".turn")).to_have_count(0)
    expect(words(ask(chat, "Are pets allowed?"))).to_contain_text("Dogs are welcome")
