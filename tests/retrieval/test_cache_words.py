"""Pairs of questions that are nearly the same and not, and pairs that only look different.

Written for this test: near_misses.tsv (language, question, the one that must not get its answer)
and paraphrases.tsv (language, question, the same in other words).
"""

from pathlib import Path

import numpy as np
import pytest

from retrieval.cache import Key, similar
from retrieval.cache.similar import THRESHOLD
from retrieval.cache.words import content_words, normalise
from retrieval.embedders import get_embedder
from retrieval.embedders.formula import embed_question

HERE = Path(__file__).parent
NAME = "Lakeside Hotel"


def pairs(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]


def hits(language: str, asked: str, known: str) -> bool:
    """As the statement decides it."""
    one, other = (
        similar.lookup(
            Key(1, "guest", language, "recipe"),
            question,
            embed_question(get_embedder(), question, NAME),
            NAME,
        )
        for question in (asked, known)
    )
    return one.words == other.words and float(np.dot(one.vector, other.vector)) >= THRESHOLD


def test_at_most_one_near_miss_in_a_hundred_hits() -> None:
    misses = pairs("near_misses.tsv")
    assert len(misses) >= 200
    wrong = [pair for pair in misses if hits(*pair)]
    assert len(wrong) <= len(misses) / 100, wrong


def test_most_paraphrases_hit() -> None:
    same = pairs("paraphrases.tsv")
    assert len(same) >= 100
    assert sum(hits(*pair) for pair in same) >= 0.6 * len(same)


@pytest.mark.parametrize(
    ("language", "question", "words"),
    [
        ("en", "Hi! Could you tell me what time breakfast starts?", ("WHEN", "begin", "breakfast")),
        ("en", "Can’t I bring my dog?", ("CAN", "NOT", "bring", "dog")),
        ("en", "Is it 7:30 p.m. or 19:30?", ("19:30", "7:30pm", "or")),
        ("en", "A room for two without balcony", ("2", "NOT", "balconi", "room")),
        ("de", "Ist der Pool am Montag geöffnet?", ("geoffn", "montag", "pool")),
        ("ja", "朝食は何時ですか？", ("朝食は何時ですか",)),
        ("en", "Please?!", ("pleas",)),
        ("en", "How much is it?", ("how", "much", "is", "it")),
        ("en", "???", ()),
    ],
)
def test_what_a_question_is_about(language: str, question: str, words: tuple[str, ...]) -> None:
    assert content_words(question, language) == words


@pytest.mark.parametrize(
    ("question", "same"),
    [
        ("Is the pool open?", "  IS THE POOL OPEN "),
        ("Is the pool open?", "Hello, is the pool open please"),
        ("Is the pool open?", "Ｉｓ the pool open？"),
        ("What is the Wi-Fi password?", "what is the wi-fi password"),
    ],
)
def test_case_punctuation_and_politeness_make_no_difference(question: str, same: str) -> None:
    assert normalise(question, "en") == normalise(same, "en")


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("Is it 7.50 or 8?", "Is it 75.0 or 8?"),
        ("Room 1 2", "Room 12"),
        ("Is it 20 €?", "Is it 20 $?"),
        ("Can I?", "Can't I?"),
    ],
)
def test_what_makes_a_difference_is_kept(question: str, other: str) -> None:
    assert normalise(question, "en") != normalise(other, "en")
