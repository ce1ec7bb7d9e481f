"""`manage.py evaluate_model`: what it asks, and how it says what it lacks."""

import json
import shutil
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from concierge.model_test.offline_search import OfflineSearch, grounds
from concierge.model_test.people_questions import People
from llm.backends.manifest import Scores
from llm.backends.releases import CARD, MANIFEST, SHIPPED, read_release
from llm.base import Question, Source, Turn
from llm.training.dataset.public import PublicData
from llm.training.release import record_scores
from llm.training.rows import part_of
from tests.llm.adapters import SCORES

FAQS = (
    ("Is there a swimming pool?", "There is a heated swimming pool."),
    ("Do you have a pool for children?", "The swimming pool has a part for children."),
    ("Are dogs allowed?", "Dogs are welcome for 10 EUR a night."),
    ("What time is breakfast?", "Breakfast is from 7 to 10 am."),
)
SOURCES = tuple(
    Source("faq", str(number), title, text, 1.0, "en") for number, (title, text) in enumerate(FAQS)
)


def run(*args: object) -> str:
    out = StringIO()
    call_command("evaluate_model", *map(str, args), stdout=out)
    return out.getvalue()


def of_the_test(kind: str) -> str:
    return next(name for n in range(99) if part_of(name := f"{kind}-{n}") == "test")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The public data in small: an inn whose guests ask about breakfast and dogs."""
    inn = of_the_test("hotel")
    faqs = [
        {"id": str(number), "question": title, "answer": text}
        for number, (title, text) in enumerate(FAQS)
    ]
    rows: dict[str, list[dict[str, Any]]] = {
        "dstc9/properties": [{"id": inn, "kind": "hotel", "name": "The Inn", "faqs": faqs}],
        "dstc9/grounded_answers": [
            {
                "property": inn,
                "faq": str(number),
                "question": FAQS[number][0],
                "fact": FAQS[number][1],
                "answer": f"{FAQS[number][1]} Anything else?",
            }
            for number in (2, 3)
        ],
        "dstc11/turns": [],
        "nlupp/hotel_questions": [],
    }
    for name, lines in rows.items():
        path = tmp_path / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere/dstc9/\w+\.jsonl: No such file"):
        run("--data", tmp_path / "nowhere")


def test_a_damaged_file_is_no_data(data: Path) -> None:
    (data / "dstc9" / "properties.jsonl").write_text("{}\n")

    with pytest.raises(CommandError, match="does not hold the public data"):
        run("--data", data)


def test_a_release_that_does_not_exist_is_named(data: Path) -> None:
    with pytest.raises(CommandError, match="nobody-made-this"):
        run("--data", data, "--release", "nobody-made-this")


def test_a_folder_that_is_no_release_is_named(data: Path) -> None:
    with pytest.raises(CommandError, match=r"manifest\.json"):
        run("--data", data, "--release", data)


def test_scores_stand_in_the_manifest_and_on_the_card(tmp_path: Path) -> None:
    for name in (MANIFEST, CARD):
        shutil.copy(SHIPPED / name, tmp_path)
    before = json.loads((tmp_path / MANIFEST).read_text())
    measured = Scores.model_validate(SCORES | {"refusals": 0.123})

    record_scores(tmp_path, measured)

    assert read_release(tmp_path).scores == measured
    assert json.loads((tmp_path / MANIFEST).read_text()) == before | {
        "scores": measured.model_dump()
    }
    assert "| refusal of the unanswerable | 12.3% |" in (tmp_path / CARD).read_text()


def test_questions_come_with_the_notes_that_search_finds(data: Path) -> None:
    rows = People(PublicData(data)).rows()
    breakfast = next(row for row in rows if row.question.text == "What time is breakfast?")

    assert breakfast.kind == "people"
    assert breakfast.gold == 0
    assert breakfast.fact == "Breakfast is from 7 to 10 am."
    assert len(breakfast.question.sources) == 3


def test_without_the_right_note_a_question_is_unanswerable(data: Path) -> None:
    rows = [row for row in People(PublicData(data)).rows() if row.kind == "unanswerable"]

    assert {row.question.text for row in rows} == {FAQS[2][0], FAQS[3][0]}
    for row in rows:
        assert row.gold is None
        assert all(source.title != row.question.text for source in row.question.sources)


def test_near_duplicates_are_about_the_same_question() -> None:
    search = OfflineSearch(SOURCES, "The Inn")

    assert search.near_duplicates(0) == {0, 1}
    assert search.near_duplicates(3) == {3}


def test_only_what_may_answer_is_a_ground() -> None:
    dogs = Question("Can I bring my dog?", "en", "The Inn", SOURCES)
    sauna = Question("Is there a sauna?", "en", "The Inn", SOURCES[2:])

    assert [source.title for source in grounds(dogs).sources] == ["Are dogs allowed?"]
    assert grounds(sauna).sources == ()


def test_a_dish_may_be_a_ground_like_any_other_note() -> None:
    soup = Source("item", "9", "Onion soup", "French onion soup. It costs 9 EUR.", 1.0, "en")
    question = Question("What does the onion soup cost?", "en", "The Inn", (soup, SOURCES[2]))

    found = grounds(question).sources
    assert found == (replace(soup, score=found[0].score),)


def test_a_follow_up_is_searched_with_what_it_leans_on() -> None:
    before = (Turn("Are dogs allowed?", ""),)
    price = Question("How much is it?", "en", "The Inn", SOURCES[2:], before)

    assert [source.title for source in grounds(price).sources] == ["Are dogs allowed?"]
