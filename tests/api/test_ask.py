"""One question by HTTP: the same pipeline, the same words, the same sources as everywhere."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from properties.models import Property
from tests.api.conftest import Ask
from tests.people import CANARY

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_question_is_answered_with_its_sources(ask: Ask) -> None:
    response = await ask({"question": "When is breakfast served?"})
    answer = response.json()
    assert response.status_code == 200
    assert response["content-type"] == "application/json"
    assert answer["answer"] == "Breakfast is served from 7:00 to 10:30."
    assert (answer["status"], answer["language"]) == ("complete", "en")
    source = answer["sources"][0]
    assert (source["type"], source["external_id"], source["title"]) == (
        "faq",
        "what time",
        "What time is breakfast?",
    )


def test_the_answer_is_that_of_the_command(hotel: Property) -> None:
    question = "Can I bring my dog?"
    printed = StringIO()
    call_command("ask", hotel.slug, question, json=True, stdout=printed)
    by_command = json.loads(printed.getvalue())
    by_api = (
        Client()
        .post(f"/api/v1/properties/{hotel.slug}/ask", {"question": question}, "application/json")
        .json()
    )
    assert by_command.pop("timings_ms").keys() == by_api.pop("timings_ms").keys()
    assert by_api == by_command


async def test_the_guest_may_name_the_language(ask: Ask) -> None:
    answer = (await ask({"question": "Wi-Fi?", "language": "de"})).json()
    assert answer["language"] == "de"


async def test_a_history_is_taken_along(ask: Ask) -> None:
    turns = [{"question": "Are pets allowed?", "answer": "Dogs are."}] * 10
    response = await ask({"question": "Is there Wi-Fi?", "history": turns})
    assert response.json()["answer"] == "Wi-Fi is free in the whole house."


async def test_what_nobody_wrote_is_handed_to_staff(ask: Ask) -> None:
    answer = (await ask({"question": "Who won the 1998 football world cup?"})).json()
    assert answer["route"] == "handoff"
    assert "+43 1 5550 100" in answer["answer"]
    assert answer["sources"] == []


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_a_property_never_answers_from_anothers_content(
    ask: Ask, other_hotel: Property, accept: str
) -> None:
    for question in ("What time is breakfast?", "Are pets allowed?", CANARY, "Curry", "Cruise"):
        response = await ask({"question": question}, accept=accept)
        assert CANARY not in await text_of(response), question


async def test_that_canary_would_be_seen(ask: Ask, other_hotel: Property) -> None:
    response = await ask({"question": "What time is breakfast?"}, slug=other_hotel.slug)
    assert CANARY in await text_of(response)


async def text_of(response: object) -> str:
    if getattr(response, "streaming", False):
        return b"".join([part async for part in response]).decode()  # type: ignore[attr-defined]
    return response.content.decode()  # type: ignore[attr-defined]
