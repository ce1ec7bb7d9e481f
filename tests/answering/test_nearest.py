"""What is said where it is not certain what answers: the nearest, more to tap, and who knows."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from concierge.answering.answer import Answer, Asked
from concierge.answering.catalogue import CATALOGUE
from concierge.answering.pipeline import collect, respond
from faq.models import Faq
from llm.base import Turn
from properties.models import Property
from retrieval import outbox
from tests.answering.conftest import api_that_says

pytestmark = pytest.mark.django_db(transaction=True)
BREAKFAST = "Breakfast is served from 7:00 to 10:30."
EN = CATALOGUE["en"]


@pytest.fixture
def unsure(generated: Property, settings: Any) -> Property:
    """Where nothing is sure, and no model may write."""
    settings.LOCAL_ANSWERS = False
    generated.floor = 0.0
    return generated


async def ask(house: Property, text: str, *history: Turn, language: str = "") -> Answer:
    return await collect(Asked(house, text, language, history=history))


async def test_what_may_not_answer_is_shown_as_the_nearest_with_its_title_and_who_knows(
    unsure: Property,
) -> None:
    answer = await ask(unsure, "What time is breakfast?")
    first, title, text, last = answer.text.split("\n")
    assert (first, title, text) == (EN["nearest"], "What time is breakfast?", BREAKFAST)
    assert "the front desk" in last
    assert (answer.route, answer.reason, answer.status) == ("curated", "nearest", "complete")
    assert [source["title"] for source in answer.sources] == [title]
    assert answer.handoff is None


async def test_what_else_comes_near_is_there_to_be_tapped(unsure: Property) -> None:
    answer = await ask(unsure, "What time is breakfast?")
    titles = [choice["title"] for choice in answer.choices]
    assert len(titles) == 3
    assert "What time is breakfast?" not in titles
    tapped = await ask(unsure, titles[0])
    assert tapped.sources[0]["external_id"] == answer.choices[0]["external_id"]


async def test_a_choice_is_offered_in_the_guests_words_where_staff_translated_it(
    unsure: Property,
) -> None:
    faqs = [each async for each in Faq.objects.filter(property=unsure)]
    for faq in faqs:
        await faq.translations.acreate(language="de", question=f"Frage {faq.pk}?", answer="Ja.")
    await sync_to_async(outbox.drain)()
    answer = await ask(unsure, "What time is breakfast?", language="de")
    kinds = {choice["title"] for choice in answer.choices if choice["type"] == "faq"}
    assert kinds
    assert kinds <= {f"Frage {faq.pk}?" for faq in faqs}


async def test_what_surely_answers_comes_alone(hotel: Property) -> None:
    answer = await ask(hotel, "What time is breakfast?")
    assert (answer.text, answer.choices) == (BREAKFAST, [])


async def test_a_local_model_that_nobody_allowed_writes_nothing(
    unsure: Property, settings: Any
) -> None:
    assert (await ask(unsure, "What time is breakfast?")).model == ""
    settings.LOCAL_ANSWERS = True
    assert (await ask(unsure, "What time is breakfast?")).model == "dummy"


async def test_a_strong_model_is_asked_where_there_is_one(unsure: Property, settings: Any) -> None:
    unsure.local_share = 0.5
    async with api_that_says("We serve breakfast from 7:00 to 10:30 [1].", settings):
        answer = await ask(unsure, "What time is breakfast?")
    assert (answer.route, answer.choices) == ("api", [])


async def test_several_questions_are_each_answered_and_none_is_dropped(hotel: Property) -> None:
    answer = await ask(hotel, "What time is breakfast and can I bring my dog?")
    assert len(answer.parts) == 2
    assert BREAKFAST in answer.text
    assert [part.sources[0]["title"] for part in answer.parts] == [
        "What time is breakfast?",
        "Are pets allowed?",
    ]


async def test_of_several_questions_that_one_text_answers_it_is_said_once(hotel: Property) -> None:
    answer = await ask(hotel, "When does breakfast start, and until when is breakfast served?")
    assert answer.text.count(BREAKFAST) == 1


async def test_what_nothing_answers_is_named_beside_what_is_answered(hotel: Property) -> None:
    answer = await ask(hotel, "What time is breakfast, and who won the football world cup in 1998?")
    assert answer.text.startswith(BREAKFAST)
    assert "world cup" in answer.text
    assert answer.handoff is not None
    assert answer.handoff["reason"] == "unanswerable"


async def test_what_leans_on_the_question_before_is_searched_behind_it(hotel: Property) -> None:
    before = Turn("Where can I park?", "In the garage.", ("Where can I park?",))
    alone = await ask(hotel, "And how much is that?")
    behind = await ask(hotel, "And how much is that?", before)
    assert behind.sources[0]["title"] == "Where can I park?"
    assert alone.asked_as != behind.asked_as or alone.sources != behind.sources


async def test_a_question_of_its_own_does_not_lean(hotel: Property) -> None:
    before = Turn("Where can I park?", "In the garage.", ("Where can I park?",))
    answer = await ask(hotel, "What time is breakfast?", before)
    assert answer.text == BREAKFAST


async def test_who_tells_what_they_need_is_heard(hotel: Property) -> None:
    answer = await ask(hotel, "just so you know, we are travelling with a baby of five months")
    assert answer.reason in {"need", "sure"}
    assert answer.handoff is None


@pytest.mark.parametrize("language", ["en", "de", "ja", "ar"])
async def test_yes_to_whether_somebody_is_in_danger_calls(hotel: Property, language: str) -> None:
    said = CATALOGUE[language]
    before = Turn("my gran", f"{said['in_danger']}\n{said['unknown']}")
    answer = await ask(hotel, said["yes_call"], before, language=language)
    assert (answer.route, answer.reason) == ("handoff", "safety")
    assert answer.handoff is not None
    assert answer.handoff["urgent"]


async def test_yes_to_anything_else_calls_nobody(hotel: Property) -> None:
    answer = await ask(hotel, EN["yes_call"], Turn("breakfast?", BREAKFAST))
    assert answer.reason != "safety"


async def test_a_request_says_what_is_wanted(hotel: Property) -> None:
    answer = await ask(hotel, "could somebody bring two more towels up to 214 please")
    assert answer.reason == "request"
    assert answer.handoff is not None
    assert answer.handoff["request"] == {"type": "towels"}


async def test_a_danger_in_one_of_several_questions_comes_first(hotel: Property) -> None:
    text = "What time is breakfast? Also my husband has collapsed and he is not breathing?"
    answer = await ask(hotel, text)
    assert (answer.route, answer.reason) == ("handoff", "safety")
    assert answer.handoff is not None
    assert answer.handoff["urgent"]


async def test_a_greeting_before_several_questions_is_passed_over(hotel: Property) -> None:
    answer = await ask(hotel, "Hello there! What time is breakfast? Can I bring my dog?")
    assert answer.text.startswith(BREAKFAST)


async def test_what_a_guest_stops_in_the_middle_is_not_called_whole(hotel: Property) -> None:
    asked = Asked(hotel, "What time is breakfast? Can I bring my dog?")
    answer = Answer()
    events = respond(asked, answer)
    async for event in events:
        assert event.type == "token"
        break
    await events.aclose()
    assert answer.status != "complete"
    assert [source["title"] for source in answer.sources] == ["What time is breakfast?"]


async def test_no_to_whether_somebody_is_in_danger_is_heard(hotel: Property) -> None:
    before = Turn("my gran", f"{EN['in_danger']}\n{EN['unknown']}")
    answer = await ask(hotel, EN["no_danger"], before, language="en")
    assert answer.handoff is None
    assert answer.text == EN["chitchat"]


async def test_a_dish_and_another_question_are_both_answered(hotel: Property) -> None:
    answer = await ask(hotel, "Is the lentil curry vegan? What time is breakfast?")
    assert BREAKFAST in answer.text
    assert any(source["title"] == "Lentil curry" for source in answer.sources)
