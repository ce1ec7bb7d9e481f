import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from faq.models import Faq
from properties.models import Property
from retrieval import outbox
from retrieval.ranking import SURE
from retrieval.search import search
from tests.people import CANARY, make_item

pytestmark = pytest.mark.django_db


def ask(property_: Property, question: str) -> list[str]:
    result = search(
        property_.pk,
        question,
        property_name=property_.name,
        content_language=property_.language,
    )
    return [hit.title for hit in result.grounds]


def test_one_question_is_one_round_trip_to_postgres(hotel: Property) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        search(hotel.pk, "When is breakfast?", property_name=hotel.name)
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("When can I have breakfast?", "What time is breakfast?"),
        ("Can I bring my dog?", "Are pets allowed?"),
        ("Something vegan with lentils, please", "Lentil curry"),
        ("I would like to go on a boat trip", "Lake cruise"),
    ],
)
def test_every_kind_of_content_is_found(hotel: Property, question: str, title: str) -> None:
    assert ask(hotel, question)[0] == title


@pytest.mark.parametrize(
    "question",
    [
        "Darf ich meinen Hund mitbringen?",
        "Est-ce que les chiens sont acceptés ?",
        "¿Puedo llevar a mi perro?",
        "ペットは大丈夫ですか？",
    ],
)
def test_other_languages_find_english_content(hotel: Property, question: str) -> None:
    assert ask(hotel, question)[0] == "Are pets allowed?"


def test_nothing_relevant_is_an_answer_too(hotel: Property) -> None:
    assert ask(hotel, "Who won the 1998 football world cup?") == []


def test_the_caller_says_how_likely_a_ground_must_answer(hotel: Property) -> None:
    question, name = "When can I have breakfast?", hotel.name
    sure, never = (
        search(hotel.pk, question, property_name=name, floor=floor) for floor in (SURE, 1.0)
    )
    assert [hit.title for hit in sure.grounds] == ["What time is breakfast?"]
    assert never.grounds == ()
    assert never.hits == sure.hits


def test_a_property_without_content_has_no_answer(db: None) -> None:
    empty = Property.objects.create(slug="empty", name="Empty", kind="hotel")
    assert ask(empty, "What time is breakfast?") == []


def test_drafts_are_not_found(hotel: Property) -> None:
    Faq.objects.filter(property=hotel, question="Are pets allowed?").edit(published=False)
    outbox.drain()
    assert "Are pets allowed?" not in ask(hotel, "Are pets allowed?")


def test_only_the_propertys_own_content_is_found(hotel: Property, other_hotel: Property) -> None:
    for question in (f"Tell me about {CANARY}", "What time is breakfast?", "curry"):
        result = search(hotel.pk, question, property_name=hotel.name)
        assert CANARY not in repr(result)


def test_a_dishs_own_name_wins_over_a_similar_dish(hotel: Property) -> None:
    for name in ("Boeuf bourguignon", "Beef stew with red wine", "Coq au vin"):
        make_item(hotel, name, description="Slowly braised in red wine.")
    outbox.drain()
    assert ask(hotel, "How much is the boeuf bourguignon?")[0] == "Boeuf bourguignon"


@pytest.mark.parametrize(
    "question", ["?", "'); DROP TABLE faq_faq; --", "\\", "a & b | !c:*", "🍳"]
)
def test_odd_questions_are_only_questions(hotel: Property, question: str) -> None:
    ask(hotel, question)
    assert Faq.objects.filter(property=hotel).count() == 4


@pytest.mark.parametrize("table", ["faq_faq", "menus_item", "recommendations_recommendation"])
def test_each_kind_has_an_hnsw_index_of_its_own(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [table])
        definitions = [row[0] for row in cursor.fetchall()]
    assert sum("USING hnsw (vector " in each for each in definitions) == 1
    assert any("USING gin (search)" in each for each in definitions)
