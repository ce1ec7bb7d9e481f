"""Fire and illness in plain words are found exactly, in twenty-four languages, without a model."""

from pathlib import Path

import pytest

from reading.danger_phrases import detect

HERE = Path(__file__).parent
EXACT = {"fire", "medical"}
EMERGENCIES = [
    row
    for row in (
        line.split("\t") for line in (HERE / "emergencies.tsv").read_text("utf-8").splitlines()
    )
    if row[1] in EXACT
]
HARMLESS = (HERE / "harmless.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(("language", "danger", "text"), EMERGENCIES)
def test_danger_is_found(language: str, danger: str, text: str) -> None:
    assert detect(text) == danger


@pytest.mark.parametrize("text", HARMLESS)
def test_an_ordinary_question_raises_no_alarm(text: str) -> None:
    assert detect(text) is None


def test_every_danger_is_tried_in_every_language() -> None:
    tried = {(language, danger) for language, danger, _ in EMERGENCIES}
    assert len(tried) == 24 * len(EXACT)


@pytest.mark.parametrize(
    "text",
    ["THERE IS SMOKE IN THE HALL", "theres smoke in the hall", "There’s   smoke\nin the hall!!!"],
)
def test_hurried_writing_alarms_as_well(text: str) -> None:
    assert detect(text) == "fire"


def test_an_alarm_is_found_behind_a_question() -> None:
    assert detect("Where is the fire exit? There is smoke in our room") == "fire"


@pytest.mark.parametrize("text", ["", " ", "?!", "\0", "😀", "a " * 500, "我" * 1000])
def test_any_text_can_be_read(text: str) -> None:
    assert detect(text) is None
