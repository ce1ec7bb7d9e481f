from collections.abc import Iterator
from pathlib import Path

import pytest

from llm.backends.llamacpp import LlamaCpp

CHUNK = 16


@pytest.fixture(scope="module")
def llama(model_path: Path) -> Iterator[LlamaCpp]:
    llama = LlamaCpp(model_path, context_tokens=256, chunk_tokens=CHUNK, threads=2)
    yield llama
    llama.close()


def words(llama: LlamaCpp, count: int) -> list[int]:
    return llama.tokenize("one two three four " * count, markup=False)[:count]


def test_control_tokens_count_only_in_markup(llama: LlamaCpp) -> None:
    assert len(llama.tokenize("<|im_end|>", markup=True)) == 1
    assert len(llama.tokenize("<|im_end|>", markup=False)) > 1


@pytest.mark.parametrize("text", ["", "Zoë's crêpes cost 12.50 €", "レストラン 🥞"])
def test_tokens_hold_the_text_unchanged(llama: LlamaCpp, text: str) -> None:
    tokens = llama.tokenize(text, markup=False)
    assert b"".join(llama._piece(token) for token in tokens).decode() == text


def test_half_a_character_is_no_error(llama: LlamaCpp) -> None:
    assert llama.tokenize("\ud83e?", markup=False) == llama.tokenize("??", markup=False)


def test_a_prompt_can_be_interrupted_between_chunks(llama: LlamaCpp) -> None:
    pauses = list(llama.read(words(llama, 4 * CHUNK)))
    assert len(pauses) == 4


def test_a_beginning_read_before_is_not_read_again(llama: LlamaCpp) -> None:
    prefix = words(llama, 8 * CHUNK)
    list(llama.read(prefix))
    end = llama.tokenize("five six", markup=False)
    assert len(list(llama.read(prefix + end))) == 1
    assert len(list(llama.read(prefix))) == 1


def test_an_abandoned_prompt_does_not_spoil_the_next(llama: LlamaCpp) -> None:
    asked = llama.tokenize("One, two, three, four, five, six, seven,", markup=False)
    list(llama.read(asked))
    expected = next(llama.write((), 0.0))
    for _ in llama.read(words(llama, 4 * CHUNK)):
        break
    list(llama.read(asked))
    assert next(llama.write((), 0.0)) == expected


def test_favoured_tokens_win(llama: LlamaCpp) -> None:
    list(llama.read(llama.tokenize("The capital of France is", markup=False)))
    (token, *_) = llama.tokenize(" Xylophone", markup=False)
    assert next(llama.write([token], 100.0)) == llama._piece(token)


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "poem.gguf").write_text("Roses are red")
    with pytest.raises(ValueError, match=r"poem\.gguf"):
        LlamaCpp(tmp_path / "poem.gguf", 256, CHUNK, 1)
