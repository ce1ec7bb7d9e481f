"""Questions that lean on the last one, and questions that only look like it."""

import pytest

from llm.base import Turn
from llm.followup import in_context

SAUNA = Turn("Is there a sauna?", "Yes, on the fifth floor.", ("Where is the sauna?",))
POOL = Turn("When does the pool open?", "At 8:00.", ("Pool",))
ASKED = {
    "en": Turn("What time is breakfast?", "From 7:00."),
    "de": Turn("Wann öffnet das Restaurant?", "Um 18 Uhr."),
    "fr": Turn("À quelle heure est le petit-déjeuner ?", "À partir de 7 h."),
    "es": Turn("¿A qué hora es el desayuno?", "Desde las 7."),
    "it": Turn("A che ora è la colazione?", "Dalle 7."),
}

LEANING = [
    ("en", "and on Sunday?"),
    ("en", "And at the weekend?"),
    ("en", "What about tomorrow?"),
    ("en", "How about for children?"),
    ("en", "And in the evening?"),
    ("en", "Until when?"),
    ("en", "How much is it?"),
    ("en", "how much?"),
    ("en", "Is it included?"),
    ("en", "Is it open on Monday?"),
    ("en", "Where is it?"),
    ("en", "Does it cost extra?"),
    ("en", "Do I need to book it?"),
    ("en", "Is it far?"),
    ("en", "When does it close?"),
    ("en", "Is that free?"),
    ("en", "On Sundays too?"),
    ("en", "Sunday?"),
    ("en", "And after 10 pm?"),
    ("en", "Which is the cheapest?"),
    ("de", "und am Sonntag?"),
    ("de", "Und für Kinder?"),
    ("de", "Wie viel kostet es?"),
    ("de", "Wo ist das?"),
    ("de", "Bis wann?"),
    ("de", "Und heute Abend?"),
    ("fr", "et pour les enfants ?"),
    ("fr", "Et le dimanche ?"),
    ("fr", "C'est combien ?"),
    ("fr", "Et demain ?"),
    ("es", "¿y el domingo?"),
    ("es", "¿Y para los niños?"),
    ("es", "¿Cuánto cuesta eso?"),
    ("es", "¿Y mañana?"),
    ("it", "e la domenica?"),
    ("it", "E per i bambini?"),
    ("it", "Quanto costa questo?"),
    ("it", "E domani?"),
]

STANDING_ALONE = [
    ("en", "What time is dinner?"),
    ("en", "When must it be quiet at night?"),
    ("en", "Is it raining today?"),
    ("de", "Ab wann muss es nachts ruhig sein?"),
    ("en", "Do they serve alcohol?"),
    ("en", "Is the internet reliable?"),
    ("en", "Does it have a good internet connection?"),
    ("en", "When do you open?"),
    ("en", "Where are you?"),
    ("en", "And is there a gym?"),
    ("en", "And when does the bar close?"),
    ("en", "Is it possible to rent a bike?"),
    ("en", "Is it far to the beach?"),
    ("en", "Are there any vegan dishes?"),
    ("en", "Thanks!"),
    ("en", "Thank you, that will be all."),
    ("en", "Yes please"),
    ("en", "I need to be there by 18:00."),
    ("en", "What time is it?"),
    ("en", "And you?"),
    ("en", "Can I pay by card?"),
    ("en", "What about breakfast?"),
    ("en", "Please book for 2 people. Is it far?"),
    ("en", "?"),
    ("en", ""),
    ("de", "Gibt es einen Parkplatz?"),
    ("de", "Wann öffnen Sie?"),
    ("de", "Wie geht es?"),
    ("de", "Und gibt es eine Sauna?"),
    ("fr", "Y a-t-il un parking ?"),
    ("fr", "Quelle heure est-il ?"),
    ("es", "¿Hay aparcamiento?"),
    ("es", "¿Qué hora es?"),
    ("it", "C'è un parcheggio?"),
    ("it", "Che ore sono?"),
    ("ja", "日曜日は？"),
]


@pytest.mark.parametrize(("language", "text"), LEANING)
def test_a_follow_up_brings_the_last_question_along(language: str, text: str) -> None:
    last = ASKED[language]
    assert in_context(text, [last], language) == f"{last.question} {text}"


@pytest.mark.parametrize(("language", "text"), STANDING_ALONE)
def test_a_question_of_its_own_stays_as_it_is(language: str, text: str) -> None:
    history = [Turn("Is there a sauna?", "Yes."), ASKED.get(language, SAUNA)]
    if text == "What about breakfast?":
        history = [SAUNA]
    assert in_context(text, history, language) == text


@pytest.mark.parametrize("text", ["and on Sunday?", "How much is it?"])
def test_without_history_nothing_is_a_follow_up(text: str) -> None:
    assert in_context(text, [], "en") == text


def test_it_is_what_the_last_answer_was_about() -> None:
    trips = Turn("Any nice trips?", "The lake cruise, from pier 3.", ("Lake cruise",))
    assert in_context("How much is it?", [trips], "en") == "Lake cruise How much is it?"
    assert in_context("And on Sunday?", [trips], "en") == "Any nice trips? And on Sunday?"


@pytest.mark.parametrize(
    ("last", "text", "whole"),
    [
        (POOL, "What about the sauna?", "the sauna when open"),
        (POOL, "And the gym?", "the gym when open"),
        (Turn("Are cats allowed?", "Yes."), "What about dogs?", "dogs allowed"),
        (Turn("How much is parking?", "15 EUR."), "and breakfast?", "breakfast how much"),
    ],
)
def test_a_new_subject_is_asked_what_the_last_one_was(last: Turn, text: str, whole: str) -> None:
    assert in_context(text, [last], "en") == whole


def test_a_follow_up_to_a_follow_up_goes_back_to_the_question() -> None:
    first = Turn("What time is breakfast?", "From 7:00.")
    second = Turn("And on Sunday?", "From 8:00.")
    whole = in_context("And on Monday?", [SAUNA, first, second], "en")
    assert whole == "What time is breakfast? And on Sunday? And on Monday?"
