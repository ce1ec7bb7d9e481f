"""What a guest does on the chat page, and what they look at."""

from playwright.sync_api import FrameLocator, Locator, Page, expect


def ask(chat: Page | FrameLocator, question: str) -> Locator:
    """Ask by keyboard; returns the answer under the question."""
    number = chat.locator(".turn").count()
    field = chat.get_by_label("Your question")
    field.fill(question)
    expect(chat.get_by_role("button", name="Send")).to_be_enabled()
    field.press("Enter")
    turn = chat.locator(".turn").nth(number)
    expect(turn.locator(".question")).to_have_text(question)
    return turn.locator(".answer")


def words(answer: Locator) -> Locator:
    return answer.locator(".text")


def expect_finished(answer: Locator) -> None:
    expect(answer).to_have_attribute("aria-busy", "false")
