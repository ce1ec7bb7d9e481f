"""The lessons of the local model, built from a small folder of public data written for this."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from llm.base import Question, Source
from llm.local_prompt import UNKNOWN
from llm.training.dataset import lessons, read_rows, write_rows
from llm.training.dataset.checked import passes
from llm.training.dataset.cleaning import without_small_talk, without_yes_or_no
from llm.training.rows import Row, part_of

FAQS = [
    (
        "Is there a swimming pool?",
        "There is no swimming pool.",
        "No, there is no pool. Anything else?",
    ),
    ("How much is parking?", "Parking costs 12 GBP per day.", "Parking costs 12 GBP a day"),
    ("What time is check-in?", "Check-in is from 15:00.", "Check-in is from 3 pm. Is that ok?"),
    ("Are pets allowed?", "Pets are welcome.", "Sorry, pets are not allowed here."),
    ("Do you have a gym?", "There is a gym.", "Yes, there is a gym. I will book it for you."),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    hotels = [f"hotel-{number}" for number in range(40)]
    faqs = [
        {"id": str(at), "question": title, "answer": fact}
        for at, (title, fact, _) in enumerate(FAQS)
    ]
    answers = [
        {"property": hotel, "faq": str(at), "question": title, "fact": fact, "answer": answer}
        for hotel in hotels
        for at, (title, fact, answer) in enumerate(FAQS)
    ]
    turn = {"question": "Can I park there?", "history": [["U", "A hotel, please."], ["S", "Sure."]]}
    knowledge = [{"property": hotels[0], "type": "faq", "doc": "1", "sentence": None}]
    _write(
        folder / "dstc9" / "properties.jsonl",
        [{"id": hotel, "kind": "hotel", "name": "Elm House", "faqs": faqs} for hotel in hotels],
    )
    _write(folder / "dstc9" / "grounded_answers.jsonl", answers)
    _write(folder / "dstc11" / "turns.jsonl", [{**turn, "knowledge": knowledge}])
    _write(folder / "nlupp" / "hotel_questions.jsonl", [{"question": "why is the shower cold?"}])
    return folder


@pytest.fixture(scope="module")
def train(data: Path) -> list[Row]:
    return lessons(data, "train")


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("No pool here. Anything else I can do for you?", "No pool here."),
        ("They have no highchairs Would you like to book?", "They have no highchairs."),
        ("Yes, there is a gym. I will book it for you. Thank you!", "Yes, there is a gym."),
        ("there are no pets allowed. Let me know if I can help you", "There are no pets allowed."),
        ("Anything else?", ""),
    ],
)
def test_small_talk_and_offers_are_cut_off(said: str, answer: str) -> None:
    assert without_small_talk(said) == answer


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Yes, parking is free.", "Parking is free."),
        ("No, I'm afraid we have no pool.", "We have no pool."),
        ("No smoking is allowed.", "No smoking is allowed."),
    ],
)
def test_an_answer_stands_without_its_yes_or_no(said: str, answer: str) -> None:
    assert without_yes_or_no(said) == answer


def test_same_seed_gives_same_lessons_and_another_seed_others(data: Path) -> None:
    lot = lessons(data, "dev")
    assert lessons(data, "dev") == lot
    assert lessons(data, "dev", seed=1) != lot


def test_no_property_is_in_two_parts(data: Path, train: list[Row]) -> None:
    assert {part_of(row.property_id) for row in train} == {"train"}
    assert {part_of(row.property_id) for row in lessons(data, "dev")} == {"dev"}


def test_an_answer_that_contradicts_its_fact_is_left_out(train: list[Row]) -> None:
    people = [row for row in train if row.kind.startswith("people") and row.gold is not None]
    assert people
    assert not any("not allowed" in row.answer for row in people)


def test_every_answer_passes_the_guard_and_nothing_else_is_refused(train: list[Row]) -> None:
    for row in train:
        if row.gold is None:
            assert row.answer == UNKNOWN
        else:
            assert passes(row.question, row.answer), row
            assert row.answer != UNKNOWN


def test_one_to_three_sources_are_shown_with_the_right_one_mostly_first(train: list[Row]) -> None:
    answered = [row for row in train if row.gold is not None]
    assert {len(row.question.sources) for row in train} == {1, 2, 3}
    assert 0.75 < sum(row.gold == 0 for row in answered) / len(answered) < 0.87


def test_a_removed_faq_is_not_shown(train: list[Row]) -> None:
    removed = [row for row in train if row.kind == "people-removed"]
    assert removed
    for row in removed:
        assert all(source.title != row.question.text for source in row.question.sources)


def test_figures_stand_in_the_answer_as_in_the_note(train: list[Row]) -> None:
    for row in train:
        if row.kind == "figures":
            told = row.fact.replace(".", "").replace(",", "").split()
            for word in row.answer.replace(".", "").replace(",", "").split():
                assert not any(map(str.isdigit, word)) or word in told, row


def test_nobody_learns_to_answer_for_an_allergy(train: list[Row]) -> None:
    asked = [row for row in train if "allerg" in row.question.text.lower()]
    assert asked
    assert {row.answer for row in asked} == {UNKNOWN}


def test_both_polarities_refusals_and_follow_ups_are_there(train: list[Row]) -> None:
    kinds = Counter(row.kind for row in train)
    assert min(kinds["polarity"], kinds["figures"], kinds["omitted"], kinds["menu"]) > 50
    said = Counter(row.answer.split(",")[0] for row in train if row.kind == "polarity")
    assert 0.5 < said["Yes"] / said["No"] < 2
    assert all(row.question.history for row in train if row.kind.startswith("follow-up"))


def test_no_slot_is_left_unfilled(train: list[Row]) -> None:
    for row in train:
        shown = " ".join(f"{source.title} {source.text}" for source in row.question.sources)
        assert "{" not in f"{shown} {row.question.text} {row.answer}"


def test_lessons_survive_the_file(train: list[Row], tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write_rows(path, train[:200])
    assert read_rows(path) == train[:200]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    source = Source("faq", "1", "Pool", "No pool.", 1.0, "en")
    write_rows(path, [Row("p", "own", Question("Pool?", "en", "Elm", (source,)), "No pool.", 0)])
    with path.open("a") as file:
        file.write('{"kind": "own"}\n')
    with pytest.raises(ValueError, match=r"rows\.jsonl, line 2"):
        read_rows(path)
