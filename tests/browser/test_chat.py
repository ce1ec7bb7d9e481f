from collections.abc import Callable

from playwright.sync_api import BrowserContext, Dialog, Page, expect

from concierge.chat.models import Conversation, Message
from faq.models import Faq
from properties.models import Property, QRCode
from tests.browser.guest import ask, expect_finished, words
from tests.stack.product import wait_until

BREAKFAST = "Breakfast is served from 7:00 to 10:30."
DOGS = "Dogs are welcome for 12 EUR per night."


def test_a_printed_code_opens_the_chat_and_answers_with_its_source(
    page: Page, house: Property
) -> None:
    code = QRCode.objects.create(property=house, place="Room 12")
    page.goto(code.get_absolute_url())
    expect(page.get_by_role("heading", name="Lakeside Hotel")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text("Room 12")

    answer = ask(page, "When is breakfast served?")

    expect(words(answer)).to_have_text(BREAKFAST)
    expect(answer.locator("summary")).to_have_text("Source: What time is breakfast?")
    expect_finished(answer)
    wait_until(Conversation.objects.exists, "the conversation is kept")
    assert Conversation.objects.get().qr_code == code


def test_a_guest_is_told_that_a_machine_answers_and_how_to_reach_a_person(
    page: Page, house: Property
) -> None:
    page.goto("/c/lakeside/")
    expect(page.get_by_text("You are chatting with an AI assistant.")).to_be_visible()
    call = page.get_by_role("link", name="Call the front desk")
    expect(call).to_have_attribute("href", "tel:+4315550100")


def test_an_opener_asks_its_question(page: Page, house: Property) -> None:
    page.goto("/c/lakeside/")
    page.get_by_role("button", name="What time is breakfast?").click()
    expect(page.locator(".question")).to_have_text("What time is breakfast?")
    expect(page.locator(".text")).to_have_text(BREAKFAST)


def test_a_question_that_nobody_wrote_about_leads_to_the_staff(page: Page, house: Property) -> None:
    page.goto("/c/lakeside/")
    answer = ask(page, "Who won the football world cup in 1974?")
    expect_finished(answer)
    expect(answer.get_by_role("link", name="Call the front desk")).to_be_visible()


def test_a_dish_comes_with_its_card(page: Page, house: Property) -> None:
    page.goto("/c/lakeside/")
    answer = ask(page, "Is there a lentil curry?")
    card = answer.locator(".card")
    expect(card.get_by_role("heading", name="Lentil curry")).to_contain_text("17.50 EUR")
    expect(card).to_contain_text("For allergens, please ask the staff.")


def test_a_script_in_an_answer_or_a_title_is_text_and_never_runs(
    page: Page, house: Property, write: Callable[..., Faq]
) -> None:
    title = "Do you have a gym? <img src=x onerror=alert(1)>"
    payload = "Yes, a gym. <img src=x onerror=alert(2)><script>alert(3)</script><b>bold</b>"
    write(house, title, payload)
    dialogs: list[Dialog] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog))
    page.goto("/c/lakeside/")

    answer = ask(page, "Do you have a <b>gym</b>?")

    expect(words(answer)).to_have_text(payload)
    expect(answer.locator("summary")).to_contain_text(title)
    expect_finished(answer)
    assert page.locator("#transcript :is(img, script, b)").count() == 0
    assert dialogs == []


def test_a_reload_shows_the_same_conversation_and_asks_nothing_twice(
    page: Page, house: Property
) -> None:
    page.goto("/c/lakeside/")
    expect_finished(ask(page, "What time is breakfast?"))
    expect_finished(ask(page, "Are pets allowed?"))

    page.reload()

    expect(page.locator(".question")).to_have_text(["What time is breakfast?", "Are pets allowed?"])
    expect(page.locator(".text")).to_have_text([BREAKFAST, DOGS])
    expect(page.locator(".answer[aria-busy=false]")).to_have_count(2)
    wait_until(lambda: Message.objects.count() == 2, "both answers are kept, once")


def test_nothing_is_stored_on_the_phone_before_the_first_question(
    page: Page, context: BrowserContext, house: Property
) -> None:
    page.goto("/c/lakeside/")
    expect(page.get_by_label("Your question")).to_be_visible()
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert context.cookies() == []


def test_shift_enter_begins_a_line_and_enter_sends(page: Page, house: Property) -> None:
    page.goto("/c/lakeside/")
    field = page.get_by_label("Your question")
    field.press_sequentially("What time")
    field.press("Shift+Enter")
    field.press_sequentially("is breakfast?")
    assert page.locator(".turn").count() == 0
    field.press("Enter")
    expect(page.locator(".question")).to_have_text("What time\nis breakfast?", use_inner_text=True)
    expect(page.locator(".text")).to_have_text(BREAKFAST)


def test_the_smallest_phone_scrolls_in_one_direction_only(
    page: Page, house: Property, write: Callable[..., Faq]
) -> None:
    write(house, "What is the Wi-Fi password?", "x" * 200)
    page.set_viewport_size({"width": 320, "height": 480})
    page.goto("/c/lakeside/")
    expect_finished(ask(page, "What is the Wi-Fi password? " + "y" * 200))
    widths = "[document.documentElement, document.querySelector('main')].map(e => e.scrollWidth)"
    assert page.evaluate(widths) <= [320, 320]
    expect(page.get_by_role("button", name="Send")).to_be_in_viewport()
