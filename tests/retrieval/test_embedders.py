"""Which embedder is asked, and what of a text: no database, no network."""

import sys
from pathlib import Path

import numpy as np
import pytest
from pytest_django import Settings

from encoder import DIMENSIONS, Encoder, EncoderError
from retrieval.embedders import EmbedderError, get_embedder
from retrieval.embedders.formula import embed_items, embed_question, without_name
from retrieval.embedders.taught import Taught


def test_the_encoder_that_ships_is_the_embedder_shared_by_all() -> None:
    assert isinstance(get_embedder(), Taught)
    assert get_embedder() is get_embedder()


@pytest.mark.parametrize("name", ["nonsense", "sentence-transformers", "sentence-transformers:"])
def test_an_unknown_embedder_is_refused_with_the_names_there_are(
    settings: Settings, name: str
) -> None:
    settings.EMBEDDER = name
    with pytest.raises(EmbedderError, match=r"taught, sentence-transformers:NAME"):
        get_embedder()


def test_sentence_transformers_without_its_extra_says_which_extra(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    settings.EMBEDDER = "sentence-transformers:missing-extra"
    with pytest.raises(EmbedderError, match="extra `train`"):
        get_embedder().embed_query("Is there a pool?")


def test_an_encoder_that_cannot_be_used_is_an_embedder_that_cannot(tmp_path: Path) -> None:
    lost = Taught(Encoder(tmp_path))
    for use in (
        lambda: lost.model_id,
        lambda: lost.embed_query("Is there a pool?"),
        lambda: lost.embed_documents(["Yes, there is a pool."]),
    ):
        with pytest.raises(EmbedderError, match=r"teach_encoder") as refused:
            use()
        assert isinstance(refused.value.__cause__, EncoderError)


def test_content_is_one_text_with_its_title_first() -> None:
    embedder = get_embedder()
    found = embed_items(embedder, [("Pool", "None."), ("Tiramisu", "")], "Avalon")
    assert np.array_equal(found, embedder.embed_documents(["Pool\nNone.", "Tiramisu"]))
    assert embed_items(embedder, [], "Avalon").shape == (0, DIMENSIONS)


def test_the_property_name_does_not_move_a_vector() -> None:
    embedder = get_embedder()
    named = embed_items(embedder, [("Has Avalon a pool?", "Avalon has no pool.")], "Avalon")
    unnamed = embed_items(embedder, [("Has a pool?", "has no pool.")], "Limehouse")
    assert np.array_equal(named, unnamed)
    asked = embed_question(embedder, "Thanks! Does Avalon have a pool?", "Avalon")
    assert np.array_equal(asked, embedder.embed_query("Thanks! Does have a pool?"))


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
