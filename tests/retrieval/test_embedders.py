"""The real models, on real texts: no database, no network."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from retrieval.embedders import EmbedderError, get_embedder
from retrieval.embedders.artifact import DIRECTORY, MANIFEST, MODEL, TOKENIZER
from retrieval.embedders.base import DIMENSIONS, Embedder
from retrieval.embedders.e5 import E5
from retrieval.embedders.formula import embed_items, embed_question, without_name
from retrieval.embedders.minilm import MiniLM

QUESTIONS = ["Can I bring my dog?", "What time is breakfast?", "Is there a pool?", "Wi-Fi?"]
FACTS = [
    "Pets are not allowed at the hotel.",
    "Breakfast is served from 7 to 10.",
    "We have no swimming pool, but the river is near.",
    "Wireless internet is free in all rooms. " * 20,
    "Check-out is at eleven.",
    "Ja, Hunde sind willkommen.",
    "朝食は7時からです。",
    "",
    "x" * 5000,
]


@pytest.fixture(scope="module", params=[MiniLM, E5])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    made: Embedder = request.param()
    return made


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return shutil.copytree(DIRECTORY, tmp_path / "minilm")


def test_vectors_have_length_one_and_the_index_dimensions(embedder: Embedder) -> None:
    documents = embedder.embed_documents(FACTS)
    query = embedder.embed_query(QUESTIONS[0])
    assert documents.shape == (len(FACTS), DIMENSIONS)
    assert query.shape == (embedder.dimensions,)
    assert documents.dtype == query.dtype == np.float32
    assert np.allclose(np.linalg.norm([*documents, query], axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_whatever_it_is_embedded_with(embedder: Embedder) -> None:
    together = embedder.embed_documents([*FACTS, *FACTS])
    alone = np.stack([embedder.embed_documents([fact])[0] for fact in FACTS])
    assert np.array_equal(together[: len(FACTS)], alone)
    assert np.array_equal(together[len(FACTS) :], alone)


def test_many_guests_at_once_get_the_vectors_that_one_gets(embedder: Embedder) -> None:
    alone = [embedder.embed_query(question) for question in QUESTIONS]
    with ThreadPoolExecutor(8) as pool:
        crowd = list(pool.map(embedder.embed_query, QUESTIONS * 25))
    assert all(np.array_equal(vector, alone[i % len(alone)]) for i, vector in enumerate(crowd))


def test_a_question_finds_the_fact_that_answers_it(embedder: Embedder) -> None:
    facts = embedder.embed_documents(FACTS[:5])
    best = [int((facts @ embedder.embed_query(question)).argmax()) for question in QUESTIONS]
    assert best == [0, 1, 2, 3]


def test_e5_finds_the_fact_across_languages() -> None:
    e5 = E5()
    facts = e5.embed_documents(FACTS[:5])
    asked = [
        "Darf mein Hund mit?",
        "À quelle heure est le petit-déjeuner ?",
        "¿Hay piscina?",
    ]
    assert [int((facts @ e5.embed_query(text)).argmax()) for text in asked] == [0, 1, 2]


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_documents([]).shape == (0, DIMENSIONS)
    assert embed_items(embedder, [], "Avalon").shape == (0, DIMENSIONS)


@pytest.mark.parametrize("text", ["", " ", "\0", "dog \ud800 or \0 cat?", "?!", "🐕"])
def test_anything_a_guest_can_send_has_a_vector(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embed_question(embedder, text, "Avalon")).all()
    assert np.isfinite(embed_items(embedder, [(text, text)], "Avalon")).all()


def test_the_model_id_names_the_weights_that_are_committed() -> None:
    manifest = json.loads((DIRECTORY / MANIFEST).read_text())
    assert MiniLM().model_id == f"{manifest['model']}@{manifest['files'][MODEL][:12]}"
    assert E5().model_id.startswith("multilingual-e5-small-q4@")


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_a_damaged_file_is_refused_by_name(copied: Path, name: str) -> None:
    with (copied / name).open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    with pytest.raises(EmbedderError, match=rf"{name} is damaged.*build_embedder"):
        MiniLM(copied).embed_query("Is there a pool?")


@pytest.mark.parametrize("name", [MODEL, TOKENIZER, MANIFEST])
def test_a_missing_file_is_refused_by_name(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(EmbedderError, match=name):
        MiniLM(copied).embed_query("Is there a pool?")


def test_each_space_has_one_embedder_shared_by_all(settings: Settings) -> None:
    settings.EMBEDDERS = {"english": "minilm", "multilingual": "e5", "other": "minilm"}
    assert get_embedder("english") is get_embedder("other")
    assert isinstance(get_embedder("multilingual"), E5)


@pytest.mark.parametrize("name", ["nonsense", "sentence-transformers", "sentence-transformers:"])
def test_an_unknown_embedder_is_refused_with_the_names_there_are(
    settings: Settings, name: str
) -> None:
    settings.EMBEDDERS = {"english": name}
    with pytest.raises(EmbedderError, match=r"minilm, e5, sentence-transformers:NAME"):
        get_embedder("english")


def test_an_unknown_space_is_refused_with_the_spaces_there_are(settings: Settings) -> None:
    settings.EMBEDDERS = {"english": "minilm"}
    with pytest.raises(EmbedderError, match="EMBEDDERS holds english"):
        get_embedder("klingon")


def test_sentence_transformers_without_its_extra_says_which_extra(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    settings.EMBEDDERS = {"english": "sentence-transformers:missing-extra"}
    with pytest.raises(EmbedderError, match="extra `train`"):
        get_embedder("english").embed_query("Is there a pool?")


def test_embedding_imports_no_torch_and_no_transformers() -> None:
    script = (
        "import sys\n"
        "from retrieval.embedders.e5 import E5\n"
        "from retrieval.embedders.formula import embed_items, embed_question\n"
        "from retrieval.embedders.minilm import MiniLM\n"
        "from retrieval.language import detect\n"
        "for embedder in (MiniLM(), E5()):\n"
        "    embed_question(embedder, 'Thanks. Is there a pool?', 'Avalon')\n"
        "    embed_items(embedder, [('Pool', 'None')], 'Avalon')\n"
        "detect('Is there a pool?', ['en', 'de'], 'en')\n"
        "print({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "set()\n"), done.stderr


def test_loading_e5_leaves_the_environment_of_other_libraries_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    E5().embed_query("Is there a pool?")
    assert "OMP_NUM_THREADS" not in os.environ


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("Does the Avalon have a pool?", "AVALON", "Does have a pool?"),
        ("Is there a pool at The Avalon?", "Avalon", "Is there a pool at?"),
        ("What is Avalon's address?", "The Avalon", "What is address?"),
        ("Is A & B Guest House quiet?", "A AND B GUEST HOUSE", "Is quiet?"),
        ("Can I use the pool?", "The Pool House", "Can I use the pool?"),
        ("Is Avalonia near?", "Avalon", "Is Avalonia near?"),
        ("Avalon", "Avalon", "Avalon"),
        ("アバロンに駐車場はありますか？", "Avalon", "アバロンに駐車場はありますか？"),
        ("Is there a pool?", "", "Is there a pool?"),
        ("Do you like C++ (Bar)?", "C++ (Bar)", "Do you like?"),
    ],
)
def test_the_name_is_taken_out_and_nothing_else(text: str, name: str, rest: str) -> None:
    assert without_name(text, name) == rest


def test_small_talk_around_a_question_moves_it_little(embedder: Embedder) -> None:
    bare = embed_question(embedder, "Is there a swimming pool?", "Avalon")
    chatty = "That sounds nice, thanks. Is there a swimming pool? We are four people."
    focused = embed_question(embedder, chatty, "Avalon")
    assert bare @ focused > bare @ embedder.embed_query(chatty)


def test_a_title_without_a_body_is_the_titles_vector(embedder: Embedder) -> None:
    alone = embedder.embed_documents(["Tiramisu"])
    assert np.allclose(embed_items(embedder, [("Tiramisu", "")], "Avalon"), alone, atol=1e-6)


def test_the_property_name_does_not_move_a_vector(embedder: Embedder) -> None:
    named = embed_items(embedder, [("Has Avalon a pool?", "Avalon has no pool.")], "Avalon")
    unnamed = embed_items(embedder, [("Has a pool?", "has no pool.")], "Limehouse")
    assert np.array_equal(named, unnamed)
