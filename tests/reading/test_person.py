"""A guest who wants a person or complains gets one; a question about the staff is a question."""

from pathlib import Path

import pytest

from reading.person import wants
from reading.safety import detect

HERE = Path(__file__).parent
WISHES = [line.split("\t") for line in (HERE / "wishes.tsv").read_text("utf-8").splitlines()]
QUESTIONS = [
    *(HERE / "plain_questions.txt").read_text("utf-8").splitlines(),
    *(HERE / "harmless.txt").read_text("utf-8").splitlines(),
]


@pytest.mark.parametrize(("language", "wish", "text"), WISHES)
def test_a_wish_is_understood(language: str, wish: str, text: str) -> None:
    assert wants(text) == wish


@pytest.mark.parametrize(("language", "wish", "text"), WISHES)
def test_a_wish_is_no_danger(language: str, wish: str, text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_stays_a_question(text: str) -> None:
    assert wants(text) is None
