from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from llm.backends.llamacpp import Feed, LlamaCpp
from llm.backends.sequences import Sequences, Slot

CELLS = 100
PREFIX = [1, 2, 3]

Read = Callable[..., tuple[Slot, int]]


@pytest.fixture(scope="module")
def llama(model_path: Path) -> Iterator[LlamaCpp]:
    llama = LlamaCpp(model_path, cells=256, batch_tokens=64, threads=1, sequences=3)
    yield llama
    llama.close()


@pytest.fixture
def sequences(llama: LlamaCpp) -> Sequences:
    for sequence in range(3):
        llama.forget(sequence, 0)
    return Sequences(llama, 2, CELLS + len(PREFIX), PREFIX)


@pytest.fixture
def read(sequences: Sequences, llama: LlamaCpp) -> Read:
    """Takes a slot for a prompt, reads what is missing; the slot and how much that was."""

    def take_and_read(prompt: list[int], cells: int = 20) -> tuple[Slot, int]:
        slot = sequences.take(prompt, cells)
        assert slot is not None
        rest = prompt[len(slot.tokens) :]
        llama.compute([Feed(slot.sequence, len(slot.tokens), rest, 1)])
        slot.tokens += rest
        return slot, len(rest)

    return take_and_read


def test_what_every_prompt_begins_with_is_read_once(read: Read) -> None:
    assert read([*PREFIX, 10, 11])[1] == 2


def test_what_another_answer_is_reading_is_shared_with_it(read: Read) -> None:
    read([*PREFIX, 10, 11, 12])
    assert read([*PREFIX, 10, 11, 13])[1] == 1


def test_the_last_token_is_always_read(sequences: Sequences, read: Read) -> None:
    prompt = [*PREFIX, 10, 11]
    slot, _ = read(prompt)
    sequences.give_back(slot)
    assert read(prompt)[1] == 1


def test_a_finished_answer_is_remembered_until_its_slot_is_needed(
    sequences: Sequences, read: Read
) -> None:
    old, _ = read([*PREFIX, 10, 11])
    sequences.give_back(old)
    read([*PREFIX, 20])
    assert read([*PREFIX, 10, 12])[1] == 1
    assert sequences.take([*PREFIX, 30], 20) is None


def test_a_prompt_waits_for_cells(sequences: Sequences) -> None:
    first = sequences.take([*PREFIX, 10], CELLS)
    assert first is not None
    assert sequences.take([*PREFIX, 20], 1) is None
    sequences.give_back(first)
    assert sequences.take([*PREFIX, 20], CELLS) is not None


def test_what_is_remembered_gives_way_to_what_is_asked(sequences: Sequences, read: Read) -> None:
    old, _ = read([*PREFIX, *range(10, 40)], 60)
    sequences.give_back(old)
    slot, _ = read([*PREFIX, 50], CELLS)
    assert old.tokens == []
    assert len(slot.tokens) == 4
