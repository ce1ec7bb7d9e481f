"""The same figure in other words is the same, another one never is."""

import pytest

from llm.guard.claims import figures
from llm.guard.figure import supports


def holds(source: str, claim: str, language: str = "en") -> bool:
    found = figures(source, language)
    claims = figures(claim, language)
    assert claims, claim
    return all(any(supports(each, other) for other in found) for each in claims)


@pytest.mark.parametrize(
    ("source", "claim", "language"),
    [
        ("7 am", "7:00", "en"),
        ("7 a.m.", "07.00 Uhr", "de"),
        ("7:30 pm", "19:30", "en"),
        ("19h30", "19:30", "fr"),
        ("noon", "12:00", "en"),
        ("12 am", "midnight", "en"),
        ("from 7 to 10 pm", "7 pm", "en"),
        ("from 10 to 2 pm", "10 am", "en"),
        ("1500", "15:00", "en"),
        ("19 EUR", "€19", "en"),
        ("19,00 €", "19 euros", "en"),
        ("EUR 1,500.00", "1.500 €", "de"),
        ("1 500 €", "1500 EUR", "fr"),
        ("12-15 EUR", "12 EUR", "en"),
        ("twenty-four hours", "24 hours", "en"),
        ("dreißig Minuten", "30 Minuten", "de"),
        ("quinze minutes", "15 minutes", "fr"),
        ("quince minutos", "15 minutos", "es"),
        ("quindici minuti", "15 minuti", "it"),
        ("only one night", "1 night", "en"),
        ("24 December", "December 24th", "en"),
        ("24. Dezember", "24.12.", "de"),
        ("le 24 décembre", "24/12", "fr"),
        ("2026-12-24", "24 December", "en"),
        ("24.12.", "December", "en"),
        ("Monday to Friday", "Wednesday", "en"),
        ("Montag bis Freitag", "Mittwoch", "de"),
        ("+44 1223 456789", "01223 456789", "en"),
        ("0043 1 5123456", "+43 1 5123456", "de"),
        ("https://www.mill.example/spa/", "mill.example/spa", "en"),
        ("Desk@Mill.example", "desk@mill.example", "en"),
        ("24/7", "24 hours", "en"),
        ("50 %", "50%", "en"),
        ("18 and over", "18 years", "en"),
    ],
)
def test_the_same_in_other_words(source: str, claim: str, language: str) -> None:
    assert holds(source, claim, language)


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("7 am", "7 pm"),
        ("15 EUR", "15 minutes"),
        ("15 minutes", "15 EUR"),
        ("19 EUR", "19 USD"),
        ("room 19", "19 EUR"),
        ("1,500 EUR", "1.50 EUR"),
        ("7 to 10 pm", "7 am"),
        ("2 nights", "2 hours"),
        ("24 December", "24 November"),
        ("Monday to Wednesday", "Thursday"),
        ("01223 456789", "01223 456780"),
        ("01223 456789", "456789 EUR"),
        ("mill.example/spa", "mill.example/pay"),
        ("desk@mill.example", "desk@mi11.example"),
        ("50 %", "50 EUR"),
    ],
)
def test_another_one(source: str, claim: str) -> None:
    assert not holds(source, claim)


@pytest.mark.parametrize("text", ["You may march on.", "One of the rooms", "No one is there"])
def test_words_that_only_look_like_figures(text: str) -> None:
    assert figures(text, "en") == []
