"""Guests who don't write the content's language, through the whole pipeline; and the catalogue."""

import string
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from concierge.answering import phrases
from concierge.answering.answer import Answer, Asked
from concierge.answering.catalogue import CATALOGUE, ENGLISH, Table
from concierge.answering.pipeline import collect
from faq.models import Faq, FaqTranslation
from llm.registry import close_backends
from properties.models import Property
from retrieval import outbox
from tests.answering.conftest import api_that_says
from tests.llm.api_server import (
    DONE,
    Reply,
    Server,
    chunk,
    status,
    streams,
    usage,
)
from tests.people import make_property

WANN = "Wann gibt es Frühstück?"
ENGLISH_WORDS = "Breakfast is served from 7:00 to 10:30."
GERMAN_WORDS = "Frühstück gibt es von 7:00 bis 10:30 Uhr."
NOTE = "Dazu habe ich nur Auskunft auf Englisch:"


@pytest.fixture
async def api(settings: Any) -> AsyncIterator[Server]:
    """An API that says in German when breakfast is."""
    said = "Das Frühstück wird von 7:00 bis 10:30 serviert [1]."
    async with api_that_says(said, settings) as server:
        yield server


@pytest.fixture
def only_english(settings: Any) -> None:
    close_backends()
    name = "tests.answering.english_only.EnglishOnlyBackend"
    settings.LLM_BACKENDS = {**settings.LLM_BACKENDS, "dummy": {"CLASS": name}}


@pytest.fixture
def translated(hotel: Property) -> Property:
    breakfast = Faq.objects.get(property=hotel, question="What time is breakfast?")
    FaqTranslation.objects.create(faq=breakfast, language="de", question=WANN, answer=GERMAN_WORDS)
    outbox.drain()
    return hotel


@pytest.fixture
def pension(db: None) -> Property:
    """A house whose staff writes German."""
    house = make_property("pension", name="Pension Alpenblick", language="de")
    for question, answer in (
        (WANN, GERMAN_WORDS),
        ("Sind Hunde erlaubt?", "Hunde sind für 12 EUR pro Nacht willkommen."),
    ):
        Faq.objects.create(
            property=house, external_id=question[:4], question=question, answer=answer
        )
    outbox.drain()
    return house


async def ask(property_: Property, text: str, language: str = "") -> Answer:
    return await collect(Asked(property_, text, language=language))


def way(answer: Answer) -> tuple[str, str]:
    return answer.route, answer.trace.language


@pytest.mark.django_db(transaction=True)
class TestWhoAnswersAGuestOfAnotherLanguage:
    async def test_what_the_staff_translated_is_not_translated_again(
        self, translated: Property, only_english: None, api: Server
    ) -> None:
        answer = await ask(translated, WANN)
        assert way(answer) == ("curated", "translation")
        assert answer.text == GERMAN_WORDS
        assert not api.requests

    async def test_a_hard_question_is_answered_from_the_translation(
        self, translated: Property, only_english: None, api: Server
    ) -> None:
        translated.sure, translated.router_threshold = 1.0, 0.0
        answer = await ask(translated, WANN)
        assert way(answer) == ("api", "translation")
        assert GERMAN_WORDS in str(api.requests)
        assert ENGLISH_WORDS not in str(api.requests)

    async def test_what_nobody_translated_is_worded_by_the_api(
        self, hotel: Property, only_english: None, api: Server
    ) -> None:
        answer = await ask(hotel, WANN)
        assert way(answer) == ("api", "api")
        assert answer.text == "Das Frühstück wird von 7:00 bis 10:30 serviert."
        again = await ask(hotel, WANN)
        assert (again.route, again.text) == ("cached", answer.text)

    async def test_what_the_guard_puts_in_the_place_of_a_wrong_sentence_follows_the_line(
        self, hotel: Property, only_english: None, api: Server
    ) -> None:
        said = "Das Frühstück wird von 5:00 bis 10:30 serviert [1]."
        api.replies = [streams(chunk(said), chunk(finish="stop"), usage(200, 20), DONE)]
        answer = await ask(hotel, WANN)
        assert way(answer) == ("api", "api")
        assert answer.text == f"{NOTE}\n{ENGLISH_WORDS}"

    async def test_without_an_api_the_staffs_words_follow_a_line_that_names_their_language(
        self, hotel: Property, only_english: None
    ) -> None:
        answer = await ask(hotel, WANN)
        assert way(answer) == ("curated", "own_words")
        assert answer.text == f"{NOTE}\n{ENGLISH_WORDS}"
        assert answer.sources

    @pytest.mark.parametrize(
        ("replies", "daily_tokens", "reasons"),
        [
            ([status(500)], 0, ["server_error", "server_error"]),
            ([status(401)], 0, ["auth", "breaker_open"]),
            ([], 1, ["budget_spent", "budget_spent"]),
        ],
    )
    async def test_where_the_api_cannot_answer_the_staffs_words_do_and_are_kept_for_nobody(
        self,
        hotel: Property,
        only_english: None,
        api: Server,
        replies: list[Reply],
        daily_tokens: int,
        reasons: list[str],
    ) -> None:
        hotel.daily_tokens = daily_tokens
        api.replies = replies or api.replies
        for reason in reasons:
            answer = await ask(hotel, WANN)
            assert way(answer) == ("curated", "own_words")
            assert answer.text == f"{NOTE}\n{ENGLISH_WORDS}"
            assert answer.trace.fallbacks == [{"from": "api", "reason": reason}]

    async def test_a_hotel_that_leaves_nothing_to_the_api_answers_in_its_own_words(
        self, hotel: Property, only_english: None, api: Server
    ) -> None:
        hotel.local_share = 1.0
        assert way(await ask(hotel, WANN)) == ("curated", "own_words")
        assert not api.requests

    async def test_a_place_is_told_in_the_staffs_words_after_the_line(
        self, hotel: Property, only_english: None
    ) -> None:
        answer = await ask(hotel, "Gibt es hier eine Rundfahrt auf dem See?")
        assert way(answer) == ("curated", "own_words")
        assert answer.text.startswith(f"{NOTE}\nLake cruise:")
        assert [card["title"] for card in answer.cards] == ["Lake cruise"]

    async def test_an_arabic_line_stands_apart_from_english_words(
        self, hotel: Property, only_english: None
    ) -> None:
        answer = await ask(hotel, "متى يكون الإفطار؟")
        assert way(answer) == ("curated", "own_words")
        line, words = answer.text.split("\n")
        assert "الإنجليزية" in line
        assert words == ENGLISH_WORDS

    async def test_each_of_several_questions_goes_its_own_way(
        self, translated: Property, only_english: None
    ) -> None:
        answer = await ask(translated, f"{WANN} Sind Hunde erlaubt?", "de")
        assert [part.trace.language for part in answer.parts] == ["translation", "own_words"]

    async def test_a_guest_who_writes_the_contents_language_reads_no_line(
        self, hotel: Property, only_english: None
    ) -> None:
        answer = await ask(hotel, "What time is breakfast?")
        assert (answer.text, answer.trace.language) == (ENGLISH_WORDS, "")


@pytest.mark.django_db(transaction=True)
class TestWhatTheLocalModelIsAsked:
    async def test_never_to_answer_from_another_language(
        self, pension: Property, only_english: None
    ) -> None:
        pension.sure = 1.0
        answer = await ask(pension, "What time is breakfast?", "en")
        assert way(answer) == ("curated", "own_words")
        _, title, *words, _ = answer.text.split("\n")
        assert title == WANN
        assert words == ["I only have this information in German:", GERMAN_WORDS]
        assert not answer.model

    async def test_nor_in_the_place_of_an_api_that_fails(
        self, pension: Property, only_english: None, api: Server
    ) -> None:
        api.replies = [status(500)]
        answer = await ask(pension, "What time is breakfast?", "en")
        assert way(answer) == ("curated", "own_words")

    async def test_only_from_what_is_in_its_language(
        self, pension: Property, only_english: None
    ) -> None:
        pension.sure = 1.0
        breakfast = await Faq.objects.aget(property=pension, question=WANN)
        await sync_to_async(FaqTranslation.objects.create)(
            faq=breakfast, language="en", question="When is breakfast?", answer=ENGLISH_WORDS
        )
        await sync_to_async(outbox.drain)()
        answer = await ask(pension, "What time is breakfast?", "en")
        assert way(answer) == ("local", "translation")
        assert answer.text == ENGLISH_WORDS
        assert len(answer.sources) == 1


def placeholders(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def fixed(table: Table) -> dict[str, str]:
    return {key: text for key, text in table.items() if key != "languages"}


@pytest.mark.parametrize("language", CATALOGUE)
class TestCatalogue:
    def test_says_everything_with_the_same_placeholders(self, language: str) -> None:
        said = fixed(CATALOGUE[language])
        assert {key: placeholders(text) for key, text in said.items()} == {
            key: placeholders(text) for key, text in fixed(ENGLISH).items()
        }

    def test_names_every_language(self, language: str) -> None:
        names = CATALOGUE[language]["languages"]
        assert list(names) == list(CATALOGUE)
        assert len(set(names.values())) == len(names)

    def test_is_not_left_in_english(self, language: str) -> None:
        said = fixed(CATALOGUE[language]).items() & fixed(ENGLISH).items() - {("no_danger", "No")}
        assert not said or language == "en"


def test_the_catalogue_has_more_than_twenty_languages() -> None:
    assert len(CATALOGUE) >= 22


def test_a_language_without_a_file_is_told_in_english() -> None:
    assert phrases.only_in("de", "sw") == "I only have this information in German:"


def test_a_language_without_a_name_goes_by_its_code() -> None:
    assert phrases.only_in("sw", "de") == "Dazu habe ich nur Auskunft auf sw:"


@pytest.mark.parametrize("language", sorted(phrases.RIGHT_TO_LEFT))
def test_a_phone_number_keeps_its_order_among_letters_from_right_to_left(language: str) -> None:
    house = Property(
        contact_name="הקבלה",
        contact_phone="+43 1 5550 100",
        emergency_phone="1 44",
        helpline_phone="+43 1 406 95 95",
    )
    assert "\u20681 44\u2069" in phrases.danger(language, house, "fire")
    care = phrases.danger(language, house, "self_harm")
    assert "\u2068+43 1 406 95 95\u2069" in care
    assert "\u20681 44\u2069" in care
    text = phrases.handoff("safety", language, house, told=False)
    assert "(+43 1 5550 100)\u2069" in text
