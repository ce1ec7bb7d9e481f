"""Questions while staff edit and the worker is late: nobody is given the neighbour's answer."""

import asyncio
import itertools
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async

from concierge.answering.answer import Answer, Asked
from concierge.answering.pipeline import collect
from faq.models import Faq
from menus.models import Item
from properties.models import Property
from retrieval import outbox
from tests.people import make_item

pytestmark = pytest.mark.django_db(transaction=True)
TOPICS = {
    "What time is breakfast?": "Breakfast is served from {} to 10:30.",
    "What does breakfast cost?": "Breakfast costs {} EUR per person.",
    "Can I have breakfast in my room?": "Breakfast in the room costs {} EUR more.",
    "Where can I park?": "You can park in the garage on level {}.",
    "How much is parking?": "Parking costs {} EUR per night.",
    "When is the pool open?": "The pool is open from {} to 21:00.",
    "Do I get towels for the pool?": "Pool towels are handed out for {} EUR.",
    "What time is check-in?": "Check-in is from {} on.",
    "What time is check-out?": "Check-out is until {}.",
    "Can I check out late?": "A late check-out costs {} EUR.",
}
DISHES = ("Lentil curry", "Beetroot curry", "Chicken curry")
ASKED = {
    "When is breakfast served?": "What time is breakfast?",
    "What time is breakfast?": "What time is breakfast?",
    "How much does breakfast cost?": "What does breakfast cost?",
    "Where can I park my car?": "Where can I park?",
    "How much is parking per night?": "How much is parking?",
    "When does the pool open?": "When is the pool open?",
    "What time is check-in?": "What time is check-in?",
    "What time do I have to check out?": "What time is check-out?",
    "Tell me about the lentil curry": "Lentil curry",
    "Tell me about the beetroot curry": "Beetroot curry",
}
EDITS, QUESTIONS = 20, 200


@pytest.fixture
def busy_house(hotel: Property) -> Property:
    Faq.objects.filter(property=hotel).delete()
    for question, answer in TOPICS.items():
        Faq.objects.create(property=hotel, question=question, answer=answer.format(6))
    for name in DISHES[1:]:
        make_item(hotel, name, price="16.00")
    outbox.drain()
    return hotel


def says_of(title: str, answer: Answer) -> bool:
    return [source["title"] for source in answer.sources] == [title]


def is_given_as_it_stands(answer: Answer) -> bool:
    return answer.route in {"curated", "cached"}


def edits(hotel: Property) -> list[Callable[[], object]]:
    """Every topic with another number, some twice; a dish sold out, and back again."""

    def answer_anew(title: str, number: int) -> None:
        faq = Faq.objects.get(property=hotel, question=title)
        faq.answer = TOPICS[title].format(number)
        faq.save()

    def sell(name: str, sold_out: bool) -> None:
        Item.objects.filter(property=hotel, name=name).edit(sold_out=sold_out)

    of_topics = [
        lambda title=title, number=number: answer_anew(title, number)
        for number, title in zip(range(7, 7 + EDITS - 4), itertools.cycle(TOPICS), strict=False)
    ]
    of_dishes = [
        lambda name=name, off=off: sell(name, off) for off in (True, False) for name in DISHES[:2]
    ]
    return [*of_topics, *of_dishes]


async def test_two_hundred_questions_during_twenty_edits_get_no_neighbour_s_answer(
    busy_house: Property,
) -> None:
    for text, title in ASKED.items():
        assert says_of(title, await collect(Asked(busy_house, text))), text
    to_do = edits(busy_house)
    assert len(to_do) == EDITS
    questions = list(itertools.islice(itertools.cycle(ASKED.items()), QUESTIONS))
    each_time = QUESTIONS // EDITS
    wrong = []
    for number, edit in enumerate(to_do):
        asked = questions[number * each_time : (number + 1) * each_time]
        editing = asyncio.create_task(database_sync_to_async(edit, thread_sensitive=False)())
        answers = await asyncio.gather(*(collect(Asked(busy_house, text)) for text, _ in asked))
        await editing
        wrong += [
            (text, answer.text)
            for (text, title), answer in zip(asked, answers, strict=True)
            if is_given_as_it_stands(answer) and not says_of(title, answer)
        ]
        if number % 7 == 6:
            await database_sync_to_async(outbox.drain, thread_sensitive=False)()
    assert wrong == []


async def test_an_edit_is_in_the_answer_before_the_worker_has_seen_it(busy_house: Property) -> None:
    faq = await Faq.objects.aget(property=busy_house, question="What time is breakfast?")
    faq.answer = "Breakfast is served from 9:00."
    await sync_to_async(faq.save)()
    answer = await collect(Asked(busy_house, "When is breakfast served?"))
    assert (answer.reason, answer.text) == ("sure", "Breakfast is served from 9:00.")


async def test_what_is_new_is_found_before_the_worker_has_seen_it(busy_house: Property) -> None:
    await sync_to_async(Faq.objects.create)(
        property=busy_house, question="Do you have a helipad?", answer="It is on the roof."
    )
    answer = await collect(Asked(busy_house, "Is there a place to land a helicopter?"))
    assert says_of("Do you have a helipad?", answer)


async def test_a_text_about_something_else_by_now_does_not_answer_for_what_it_was(
    busy_house: Property,
) -> None:
    faq = await Faq.objects.aget(property=busy_house, question="What time is check-out?")
    faq.question, faq.answer = "Do you have a helipad?", "It is on the roof."
    await sync_to_async(faq.save)()
    answer = await collect(Asked(busy_house, "What time do I have to check out?"))
    assert "roof" not in answer.text


async def test_a_dish_that_is_sold_out_since_a_moment_says_so(busy_house: Property) -> None:
    dishes = Item.objects.filter(property=busy_house, name="Lentil curry")
    await sync_to_async(dishes.edit)(sold_out=True)
    answer = await collect(Asked(busy_house, "Tell me about the lentil curry"))
    assert says_of("Lentil curry", answer)
    assert "Sold out at the moment" in answer.text


async def test_what_was_withdrawn_or_deleted_answers_nothing_from_that_moment_on(
    busy_house: Property,
) -> None:
    withdrawn = Faq.objects.filter(property=busy_house, question="What time is breakfast?")
    await sync_to_async(withdrawn.edit)(published=False)
    await Faq.objects.filter(property=busy_house, question="Where can I park?").adelete()
    for text, gone in (("What time is breakfast?", "10:30"), ("Where can I park?", "level")):
        assert gone not in (await collect(Asked(busy_house, text))).text
