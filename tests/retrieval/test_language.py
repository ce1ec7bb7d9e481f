from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from retrieval.language import detect

QUESTIONS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("guest_questions.tsv").read_text().splitlines()
]
LANGUAGES = sorted({language for language, _ in QUESTIONS})


def share_right(default: str, candidates: list[str]) -> float:
    asked = [(language, text) for language, text in QUESTIONS if language in candidates]
    right = [detect(text, candidates, default) == language for language, text in asked]
    return sum(right) / len(right)


@pytest.mark.parametrize("default", ["en", "de", "ja"])
def test_short_questions_in_fourteen_languages_are_told_apart(default: str) -> None:
    assert share_right(default, LANGUAGES) > 0.97


@pytest.mark.parametrize("candidates", [["en", "de", "fr", "es", "it"], ["en", "zh", "ja", "ko"]])
def test_among_a_few_languages_hardly_any_question_is_mistaken(candidates: list[str]) -> None:
    assert share_right("en", candidates) > 0.98


@pytest.mark.parametrize("text", ["", "  ", "3", "12:30?", "🙂", "!!"])
def test_a_text_without_letters_is_in_the_expected_language(text: str) -> None:
    assert detect(text, ["en", "de"], "de") == "de"


def test_a_language_that_the_hotel_does_not_offer_is_never_answered() -> None:
    assert detect("Есть ли парковка?", ["en", "de"], "en") in ("en", "de")


def test_a_language_unknown_to_the_model_falls_back_to_the_expected_one() -> None:
    assert detect("Wo ist das Frühstück?", ["xx"], "en") == "en"


def test_line_breaks_and_capitals_change_nothing() -> None:
    assert detect("WANN GIBT ES\nFRÜHSTÜCK?", ["en", "de", "fr"], "en") == "de"


def test_a_very_long_message_is_read_only_at_its_beginning() -> None:
    assert detect("Wann gibt es Frühstück? " * 10_000, ["en", "de"], "en") == "de"


def test_broken_characters_do_not_raise() -> None:
    assert detect("Is there \ud800 parking \0 here?", ["en", "de"], "de") == "en"


def test_questions_of_many_guests_at_once_get_the_same_languages() -> None:
    def ask(question: tuple[str, ...]) -> str:
        return detect(question[1], LANGUAGES, "en")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, QUESTIONS)) == [ask(question) for question in QUESTIONS]


OFFERED = ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs"]
OFFERED += ["da", "sv", "tr", "ru", "uk", "ja", "zh", "ko", "ar"]


@pytest.mark.parametrize(
    "text",
    [
        "Is there soy in the curry?",
        "Is there a sauna?",
        "how much?",
        "Is the schnitzel safe?",
        "sulfites in zweigelt?",
        "asdkjh qweoiu",
    ],
)
def test_a_foreign_name_does_not_change_the_language_of_a_short_question(text: str) -> None:
    assert detect(text, OFFERED, "en") == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("was kostet das?", "de"),
        ("Wo ist die Sauna?", "de"),
        ("Parkplätze verfügbar?", "de"),
        ("C'è una sauna?", "it"),
        ("¿Hay sauna?", "es"),
        ("パン", "ja"),
    ],
)
def test_a_short_question_in_another_language_is_heard(text: str, language: str) -> None:
    assert detect(text, OFFERED, "en") == language


@pytest.mark.parametrize("default", OFFERED)
def test_letters_of_the_keyboard_at_random_change_no_language_with_other_letters(
    default: str,
) -> None:
    assert detect("asdkjh qweoiu", OFFERED, default) not in {"ja", "zh", "ko", "ar"} - {default}
