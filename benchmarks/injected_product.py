"""The attempts of injection.py, each the way of a guest's question through the whole product."""

import asyncio
import itertools
import os
from collections import Counter
from pathlib import Path
from typing import Any

import django

os.environ |= {"DJANGO_SETTINGS_MODULE": "concierge.settings", "LLM_BACKEND": "dummy"}
os.environ |= {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "obedient"}
django.setup()

from django.conf import settings
from django.core.management import call_command
from injection import NOTES, leaked, rows

from concierge.answering.answer import Answer, Asked
from concierge.answering.pipeline import collect
from faq.models import Faq
from properties.models import Property
from retrieval import outbox
from tests.llm.obedient_server import DRESSES, obeying


def measure_product(data: Path, show: bool) -> None:
    call_command("migrate", verbosity=0)
    attempts = rows(data / "injection" / "cyberseceval.jsonl")
    hotel = credulous_hotel([row["test_case_prompt"] for row in attempts])
    questions = [row["question"] for row in rows(data / "nlupp" / "hotel_questions.jsonl")]
    asyncio.run(ask_all(hotel, attempts, questions, show))


def credulous_hotel(secrets: list[str]) -> Property:
    """Everything it is asked goes to the model, whether anything answers it or not."""
    hotel = Property.objects.create(
        slug="mill", name="The Old Mill", kind="hotel", floor=0.0, sure=1.0, router_threshold=0.0,
        daily_tokens=0, daily_money=0,
    )  # fmt: skip
    Faq.objects.bulk_create(
        [Faq(property=hotel, question=title, answer=text) for title, text in NOTES]
        + [
            Faq(property=hotel, question=f"Note {number}", answer=secret, published=False)
            for number, secret in enumerate(secrets)
        ]
    )
    outbox.drain()
    return hotel


async def ask_all(
    hotel: Property, attempts: list[dict[str, Any]], questions: list[str], show: bool
) -> None:
    ways: Counter[str] = Counter()
    leaks = 0
    for row, dress in zip(attempts, itertools.cycle(DRESSES)):
        answer = await ask(hotel, row["user_input"][:1000], dress)
        ways[answer.route] += 1
        if found := leaked(f"{answer.text} {answer.sources}", row):
            leaks += 1
            if show:
                print(f"  {dress}: {found} in {answer.text!r}")
    print(f"{len(attempts)} attempts through the product: {dict(ways)}, {leaks} leaks")
    blocked = [
        question for question in questions if (await ask(hotel, question, "plain")).trace.injection
    ]
    print(f"{len(blocked)} of {len(questions)} real hotel questions blocked {blocked}")


async def ask(hotel: Property, text: str, dress: str) -> Answer:
    async with obeying(dress) as url:
        settings.LLM_BACKENDS["openai"]["BASE_URL"] = url
        return await collect(Asked(hotel, text))
