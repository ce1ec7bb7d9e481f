import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from retrieval.checker import Checker, get_checker, to_answers
from retrieval.checker.checker import DIRECTORY, WEIGHTS
from retrieval.embedders.base import DIMENSIONS, EmbedderError
from retrieval.embedders.formula import embed_items, embed_question
from retrieval.embedders.minilm import MiniLM
from retrieval.ranking import FLOOR
from retrieval.spaces import ENGLISH, MULTILINGUAL

NAME = "Hotel Test"
FAQS = [
    ("When is breakfast?", "Breakfast is served from 7:30 to 10:00."),
    ("Are dogs allowed?", "Dogs stay for 8 EUR a night."),
    ("Is there a pool?", "The pool is on the roof."),
    ("Can I pay by card?", "Visa and Mastercard are accepted."),
    ("Is there a lift?", "A lift goes to all five floors."),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in (WEIGHTS, "manifest.json"):
        shutil.copy(DIRECTORY / name, tmp_path)
    return tmp_path


def likely(question: str) -> dict[str, float]:
    """The probability that each FAQ answers."""
    embedder = MiniLM()
    asked = to_answers(embed_question(embedder, question, NAME), ENGLISH)
    found = embed_items(embedder, FAQS, NAME) @ asked.vector
    titles = [title for title, _ in FAQS]
    return dict(zip(titles, [asked.probability(float(score)) for score in found], strict=True))


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Great, thanks! Until when can we have breakfast?", "When is breakfast?"),
        ("we travel with a poodle, is that ok", "Are dogs allowed?"),
        ("somewhere to swim?", "Is there a pool?"),
        ("Do I have to walk up the stairs with my bags?", "Is there a lift?"),
    ],
)
def test_what_answers_is_likely_to_and_nothing_else_is(question: str, title: str) -> None:
    answers = likely(question)
    assert max(answers, key=lambda each: answers[each]) == title
    assert answers.pop(title) >= FLOOR
    assert max(answers.values()) < FLOOR


@pytest.mark.parametrize(
    "question",
    ["Who won the election?", "Please book me a train to Norwich on Monday.", "thanks, goodbye!"],
)
def test_what_nothing_answers_is_declined(question: str) -> None:
    assert max(likely(question).values()) < FLOOR


def test_an_asked_question_is_a_direction_and_how_much_it_counts() -> None:
    asked = get_checker().asked(np.eye(1, DIMENSIONS, dtype=np.float32)[0])
    assert asked.vector.shape == (DIMENSIONS,)
    assert np.linalg.norm(asked.vector) == pytest.approx(1, abs=1e-5)
    assert asked.slope > 0
    assert asked.probability(1.0) > asked.probability(0.0)


def test_odds_beyond_all_measure_are_probabilities_too() -> None:
    asked = to_answers(np.eye(1, DIMENSIONS, dtype=np.float32)[0], MULTILINGUAL)
    assert asked.probability(1e9) <= 1
    assert asked.probability(-1e9) >= 0


def test_vectors_of_another_model_are_judged_by_how_they_stand_out(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"embedder": "another"}))
    monkeypatch.setattr("retrieval.checker.get_checker", lambda: Checker(copy))
    vector = np.eye(1, DIMENSIONS, dtype=np.float32)[0]
    assert to_answers(vector, ENGLISH).stands_out
    assert np.array_equal(to_answers(vector, ENGLISH).vector, vector)


def test_the_shipped_weights_are_for_the_shipped_embedder() -> None:
    assert get_checker().understands(MiniLM().model_id)


def test_damaged_weights_are_refused_by_name(copy: Path) -> None:
    (copy / WEIGHTS).write_bytes((copy / WEIGHTS).read_bytes()[:-1])
    with pytest.raises(EmbedderError, match=WEIGHTS):
        Checker(copy).asked(np.zeros(DIMENSIONS, np.float32))


@pytest.mark.parametrize("name", [WEIGHTS, "manifest.json"])
def test_missing_files_are_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(EmbedderError, match=name):
        Checker(copy).asked(np.eye(1, DIMENSIONS, dtype=np.float32)[0])
