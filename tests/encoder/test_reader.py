"""The reader that ships, on real pairs: no database, no network."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from encoder import EncoderError, Reader, encoder
from encoder.files import MANIFEST
from encoder.reader import LAYERS, PAIR_PIECES, TAUGHT, Weights, pair_of, rivals, weighed

QUESTION = "is it warm enough to swim in april"
TEXTS = [
    "Is the pool heated?\nYes, to 28 degrees, from April to October.",
    "When is the pool open?\nFrom 8:00 to 20:00, for hotel guests only.",
    "Where can I park?\nIn the garage below the hotel, 15 EUR a night.",
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(encoder())


def test_what_has_nothing_to_do_with_the_question_is_far_behind(reader: Reader) -> None:
    heated, hours, garage = reader.log_odds(QUESTION, TEXTS)
    assert heated > garage
    assert hours > garage


def test_a_pair_is_read_the_same_alone_and_among_others(reader: Reader) -> None:
    together = reader.log_odds(QUESTION, TEXTS)
    assert together == [reader.log_odds(QUESTION, [text])[0] for text in TEXTS]


def test_many_guests_at_once_get_what_one_gets() -> None:
    fresh = Reader(encoder())  # who comes first loads it
    with ThreadPoolExecutor(4) as pool:
        crowd = list(pool.map(lambda _: fresh.log_odds(QUESTION, TEXTS), range(8)))
    assert all(each == crowd[0] for each in crowd)


@pytest.mark.parametrize("question", ["", "x" * 1_000, "🐕‍🦺", "dog \ud800 or \0 cat?", "朝" * 900])
def test_anything_a_guest_can_type_is_read(reader: Reader, question: str) -> None:
    chances = reader.chances(question, TEXTS, [0.5, 0.4, 0.1])
    assert all(0 <= each <= 1 for each in chances)


def test_no_texts_have_no_chances(reader: Reader) -> None:
    assert reader.chances(QUESTION, [], []) == []


def test_a_pair_keeps_the_end_of_a_long_question_and_is_never_too_long() -> None:
    pair = pair_of([0, *range(10, 300), 2], [0, *range(400, 700), 2])
    assert len(pair) == PAIR_PIECES
    assert pair[63:65] == [2, 2]
    assert pair_of([0, 10, 2], [0, 20, 2]) == [0, 10, 2, 2, 20, 2]


def test_what_is_ahead_of_its_rivals_weighs_more() -> None:
    assert rivals([3.0, 1.0, 2.0]) == [2.0, 3.0, 3.0]
    assert rivals([3.0]) == [3.0]
    weights = Weights(constant=-1, odds=1, odds_ahead=1, score=0, score_ahead=0)
    assert weighed([2.0, 2.0], [0.1, 0.9], weights) == [1.0, 1.0]
    assert weighed([2.0, 0.0], [0.1, 0.9], weights) == [3.0, -3.0]


@pytest.mark.parametrize("name", [LAYERS, MANIFEST])
def test_a_missing_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    copied = shutil.copytree(TAUGHT, tmp_path / "reader")
    (copied / name).unlink()
    with pytest.raises(EncoderError, match=name):
        Reader(encoder(), copied).chances(QUESTION, TEXTS, [0.5, 0.4, 0.1])
