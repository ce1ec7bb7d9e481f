from collections.abc import Iterator
from pathlib import Path

import pytest

from llm.backends.llamacpp import Feed, LlamaCpp

BATCH = 16


@pytest.fixture(scope="module")
def llama(model_path: Path) -> Iterator[LlamaCpp]:
    llama = LlamaCpp(model_path, cells=256, batch_tokens=BATCH, threads=2, sequences=3)
    yield llama
    llama.close()


@pytest.fixture(autouse=True)
def _empty_memory(llama: LlamaCpp) -> None:
    for sequence in range(3):
        llama.forget(sequence, 0)


def next_token(llama: LlamaCpp, sequence: int, text: str, position: int = 0) -> int:
    feed = Feed(sequence, position, llama.tokenize(text, markup=False), outputs=1)
    return llama.compute([feed])[0][0]


def test_control_tokens_count_only_in_markup(llama: LlamaCpp) -> None:
    assert len(llama.tokenize("<|im_end|>", markup=True)) == 1
    assert len(llama.tokenize("<|im_end|>", markup=False)) > 1


@pytest.mark.parametrize("text", ["", "Zoë's crêpes cost 12.50 €", "レストラン 🥞"])
def test_tokens_hold_the_text_unchanged(llama: LlamaCpp, text: str) -> None:
    tokens = llama.tokenize(text, markup=False)
    assert b"".join(llama.piece(token) for token in tokens).decode() == text


def test_half_a_character_is_no_error(llama: LlamaCpp) -> None:
    assert llama.tokenize("\ud83e?", markup=False) == llama.tokenize("??", markup=False)


def test_the_end_of_a_turn_is_known(llama: LlamaCpp) -> None:
    assert llama.ends_turn(*llama.tokenize("<|im_end|>", markup=True))
    assert not llama.ends_turn(*llama.tokenize("\n", markup=False))


def test_sequences_computed_together_do_not_mix(llama: LlamaCpp) -> None:
    texts = ["One, two, three,", "The capital of France is"]
    feeds = [
        Feed(sequence, 0, llama.tokenize(text, markup=False), outputs=1)
        for sequence, text in enumerate(texts)
    ]
    pieces = [llama.piece(token) for (token,) in llama.compute(feeds)]
    assert pieces == [b" four", b" Paris"]


def test_a_token_is_given_for_each_that_is_asked_for(llama: LlamaCpp) -> None:
    tokens = llama.tokenize("One, two, three, four,", markup=False)
    all_but_first, nothing = llama.compute(
        [Feed(0, 0, tokens, len(tokens) - 1), Feed(1, 0, tokens[:2], 0)]
    )
    assert len(all_but_first) == len(tokens) - 1
    assert llama.piece(all_but_first[-1]) == b" five"
    assert nothing == []


def test_a_shared_beginning_needs_no_reading(llama: LlamaCpp) -> None:
    beginning = "The capital of France"
    next_token(llama, 0, beginning)
    length = len(llama.tokenize(beginning, markup=False))
    llama.share(0, 1, length)
    assert llama.piece(next_token(llama, 1, " is", length)) == b" Paris"


def test_forgetting_a_sequence_leaves_what_others_share(llama: LlamaCpp) -> None:
    beginning = "The capital of France"
    next_token(llama, 0, beginning)
    length = len(llama.tokenize(beginning, markup=False))
    llama.share(0, 1, length)
    llama.forget(0, 0)
    assert llama.piece(next_token(llama, 1, " is", length)) == b" Paris"


def test_a_failed_computation_leaves_the_memory_as_it_was(llama: LlamaCpp) -> None:
    next_token(llama, 0, "The capital of")
    length = len(llama.tokenize("The capital of", markup=False))
    no_token = 10**6
    with pytest.raises(RuntimeError, match="status"):
        llama.compute(
            [Feed(0, length, llama.tokenize(" Spain is", False), 1), Feed(1, 0, [no_token], 1)]
        )
    assert llama.piece(next_token(llama, 0, " France is", length)) == b" Paris"


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "poem.gguf").write_text("Roses are red")
    with pytest.raises(ValueError, match=r"poem\.gguf"):
        LlamaCpp(tmp_path / "poem.gguf", 256, BATCH, 1)
