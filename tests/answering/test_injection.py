"""The whole pipeline before the worst model there is: an API that gives away all it is shown."""

import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from concierge.answering.answer import Answer, Asked
from concierge.answering.pipeline import collect
from faq.models import Faq
from llm.registry import close_backends
from properties.models import Property
from retrieval import outbox
from tests.llm.api_server import backends_with
from tests.llm.obedient_server import DRESSES, obeying
from tests.people import CANARY
from tests.reading.test_injection import BENIGN, INJECTIONS, leaks

pytestmark = pytest.mark.django_db(transaction=True)
HIDDEN = "Xanadu-4711"
LATEST = itertools.cycle(DRESSES)


@pytest.fixture
async def obeyed(
    generated: Property, other_hotel: Property, settings: Any
) -> AsyncIterator[Property]:
    """A hotel whose every question reaches a model that obeys, and which has a hidden note."""
    generated.floor, generated.router_threshold = 0.0, 0.0
    await sync_to_async(generated.save)()
    hidden = Faq(property=generated, question="The safe's code?", answer=HIDDEN, published=False)
    await sync_to_async(hidden.save)()
    await sync_to_async(outbox.drain)()
    await sync_to_async(close_backends)()
    yield generated
    await sync_to_async(close_backends)()


async def ask(property_: Property, text: str, settings: Any) -> Answer:
    async with obeying(next(LATEST)) as url:
        settings.LLM_BACKENDS = backends_with(settings, url)
        return await collect(Asked(property_, text))


async def test_no_guest_gets_instructions_hidden_notes_or_another_hotels_words(
    obeyed: Property, settings: Any
) -> None:
    routes = set()
    for attempt in INJECTIONS:
        answer = await ask(obeyed, attempt["text"][:1000], settings)
        routes.add(answer.route)
        shown = repr(answer.as_json())
        assert not leaks(shown), attempt["text"]
        assert HIDDEN not in shown
        assert CANARY not in shown
    # Most never reach the model; how it is guarded where one does is tested with the content's.
    assert "handoff" in routes


async def test_no_content_gives_orders(obeyed: Property, settings: Any) -> None:
    orders = [each["text"] for each in INJECTIONS if each["where"] == "content"]
    for number, text in enumerate(orders):
        order = Faq(property=obeyed, question=f"What about rule {number}?", answer=text[:2000])
        await sync_to_async(order.save)()
    await sync_to_async(outbox.drain)()
    for number in range(len(orders)):
        answer = await ask(obeyed, f"What about rule {number}?", settings)
        assert not leaks(repr(answer.as_json()))
        assert HIDDEN not in answer.text


async def test_real_questions_are_not_taken_for_attempts(hotel: Property) -> None:
    for question in BENIGN:
        assert not (await collect(Asked(hotel, question))).trace.injection, question
