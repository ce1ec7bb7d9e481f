"""An FAQ answers in the words that the staff wrote for a language, where they wrote any."""

import pytest

from concierge.answering.answer import Asked
from concierge.answering.pipeline import collect
from faq.models import Faq, FaqTranslation
from properties.models import Property
from retrieval import outbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def translated(hotel: Property) -> Property:
    faq = Faq.objects.get(property=hotel, question="Are pets allowed?")
    FaqTranslation.objects.create(
        faq=faq,
        language="de",
        question="Sind Haustiere erlaubt?",
        answer="Hunde sind für 12 EUR willkommen.",
    )
    outbox.drain()
    return hotel


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("de", "Hunde sind für 12 EUR willkommen."),
        ("fr", "Je n'ai cette information qu'en anglais :\nDogs are welcome for 12 EUR per night."),
    ],
)
async def test_a_translation_answers_in_its_language_only(
    translated: Property, language: str, answer: str
) -> None:
    question = {"de": "Sind Hunde erlaubt?", "fr": "Les chiens sont-ils acceptés ?"}[language]
    given = await collect(Asked(translated, question, language))
    assert given.text == answer
    assert given.sources[0]["title"] == "Are pets allowed?"
