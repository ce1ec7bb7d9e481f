"""How guests ask for food, in five languages: phrasings written for it, each as it is read."""

import datetime
from pathlib import Path

import pytest

from menus.numbers import take_time
from menus.parser import parse
from tests.menus.reading import in_short

PHRASINGS = [
    line.split("\t")
    for line in Path(__file__).with_name("phrasings.tsv").read_text().splitlines()
    if line
]


@pytest.mark.parametrize(("language", "text", "expected"), PHRASINGS)
def test_a_phrasing_is_read_as_it_was_meant(language: str, text: str, expected: str) -> None:
    assert in_short(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "hour"), [("12 am", 0), ("12 pm", 12), ("1 am", 1), ("1 pm", 13), ("12 uhr", 12)]
)
def test_the_halves_of_a_day_begin_at_twelve(text: str, hour: int) -> None:
    assert take_time(f"mains at {text}")[0] == datetime.time(hour)


def test_there_are_phrasings_enough_in_every_language() -> None:
    languages = [language for language, _, _ in PHRASINGS]
    assert len(PHRASINGS) >= 150
    assert all(languages.count(each) >= 15 for each in ("en", "de", "fr", "es", "it"))


@pytest.mark.parametrize(
    "text", ["", " ", "?!", "€", "…", "@nuts:nuts free", "#soup:soup", "0 €" * 500]
)
def test_anything_can_be_read(text: str) -> None:
    parse(text)
