"""The real model, in the process, as guests meet it."""

import asyncio
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from llm.backends.local import LocalBackend, _LocalWriter
from llm.base import Meter, ModelError
from tests.llm.questions import BREAKFAST, question

ROOT = Path(__file__).resolve().parents[2]
LONG = question("What is on the menu?", "We serve " + ", ".join(["soup", "bread", "fish"] * 30))


async def test_an_answer_streams_and_holds_the_facts_of_its_source(local: LocalBackend) -> None:
    async with local.stream(BREAKFAST) as stream:
        pieces = [piece async for piece in stream]
    assert len(pieces) > 5
    assert "6:45" in "".join(pieces)
    assert "9:15" in "".join(pieces)
    assert stream.completion.finish == "stop"
    assert stream.completion.sources_used == 1
    assert stream.completion.completion_tokens >= len(pieces)


async def test_an_answer_keeps_the_polarity_of_its_source(local: LocalBackend) -> None:
    for fact in ("There is no swimming pool.", "There is a swimming pool on the roof."):
        asked = question("Do you have a swimming pool?", fact)
        answer = "".join([piece async for piece in local.stream(asked)])
        assert (" no" in f" {answer.lower()}") == (" no " in fact)


async def test_a_long_answer_ends_at_its_limit(model_path: Path) -> None:
    brief = LocalBackend("brief", models_dir=model_path.parent, max_answer_tokens=4)
    async with brief.stream(BREAKFAST) as stream:
        _ = [piece async for piece in stream]
    brief.close()
    assert stream.completion.finish == "length"
    assert stream.completion.completion_tokens == 4


async def test_guests_of_one_loop_are_answered_in_turn(local: LocalBackend) -> None:
    async def ask(fact: str) -> str:
        return "".join([piece async for piece in local.stream(question("Which floor?", fact))])

    floors = ["3", "5", "8"]
    answers = await asyncio.gather(*(ask(f"The bar is on floor {floor}.") for floor in floors))
    assert [floor in answer for floor, answer in zip(floors, answers, strict=True)] == [True] * 3


def test_guests_of_several_loops_are_answered(local: LocalBackend) -> None:
    async def ask() -> str:
        return "".join([piece async for piece in local.stream(BREAKFAST)])

    async def loops() -> list[str]:
        return await asyncio.gather(*(asyncio.to_thread(asyncio.run, ask()) for _ in range(3)))

    assert ["6:45" in answer for answer in asyncio.run(loops())] == [True] * 3


async def test_a_stopped_answer_costs_no_more_tokens(local: LocalBackend) -> None:
    meter = Meter()
    pieces = local._pieces(LONG, meter)
    await anext(pieces)
    written = meter.completion_tokens
    await pieces.aclose()
    after = [piece async for piece in local.stream(BREAKFAST)]
    assert after
    # The owner may have been ahead of the reader, and may finish the token in hand.
    assert meter.completion_tokens <= written + 3
    assert meter.finish is None


async def test_an_answer_cancelled_in_the_queue_is_never_begun(local: LocalBackend) -> None:
    running = local.stream(LONG)
    await anext(running)
    meter = Meter()
    waiting = asyncio.ensure_future(anext(local._pieces(BREAKFAST, meter)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    _ = [piece async for piece in running]
    assert meter.prompt_tokens == meter.completion_tokens == 0


async def test_a_guest_who_stops_frees_the_model_within_300_ms(local: LocalBackend) -> None:
    running = local.stream(LONG)
    await anext(running)
    following = local.stream(BREAKFAST)
    reading = asyncio.ensure_future(anext(following))
    await asyncio.sleep(0)
    await running.aclose()
    await reading
    _ = [piece async for piece in following]
    assert following.completion.queue_ms < 300


async def test_a_question_that_cannot_fit_is_refused_for_good(local: LocalBackend) -> None:
    with pytest.raises(ModelError, match="do not fit") as caught:
        _ = [piece async for piece in local.stream(question("Why? " * 2000, "Because."))]
    assert caught.value.permanent


async def test_a_closed_backend_wakes_up_again(model_path: Path) -> None:
    backend = LocalBackend("again", models_dir=model_path.parent)
    for _ in range(2):
        assert "6:45" in "".join([piece async for piece in backend.stream(BREAKFAST)])
        backend.close()


async def test_a_model_that_cannot_be_prepared_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    backend = LocalBackend("nowhere", models_dir=tmp_path / "file")
    with pytest.raises(ModelError) as caught:
        _ = [piece async for piece in backend.stream(BREAKFAST)]
    assert caught.value.permanent
    with pytest.raises(ModelError):
        backend.warm_up()


class Parrot:
    """Stands for llama.cpp and writes the given tokens."""

    def __init__(self, *tokens: bytes) -> None:
        self.tokens = tokens

    def tokenize(self, text: str, markup: bool) -> list[int]:
        return []

    def read(self, prompt: list[int]) -> Iterator[None]:
        yield

    def write(self, favoured: Iterable[int], bias: float) -> Iterator[bytes]:
        yield from self.tokens


@pytest.mark.parametrize(
    ("tokens", "answer"),
    [
        ((b"Caf", b"\xc3", b"\xa9 ", b"\xf0\x9f", b"\xa5\x9e"), "Café 🥞"),
        ((b"Zo", b"\xc3"), "Zo"),
        ((b"\n ", b" Yes", b"."), "Yes."),
        ((b"Yes.\n", b"Question: more?"), "Yes."),
    ],
    ids=["split characters", "half a character", "leading space", "a second line"],
)
def test_an_answer_is_whole_characters_of_one_line(tokens: tuple[bytes, ...], answer: str) -> None:
    writer = _LocalWriter(Parrot(*tokens), 1024, 96)  # type: ignore[arg-type]
    meter = Meter()
    assert "".join(writer.answer(BREAKFAST, meter)) == answer
    assert meter.finish == "stop"


LEAVE = """
import asyncio, sys
from llm.backends.local import LocalBackend
from tests.llm.questions import BREAKFAST

async def ask(pieces):
    stream = LocalBackend("local", models_dir=sys.argv[1]).stream(BREAKFAST)
    async for _ in stream:
        pieces -= 1
        if not pieces:
            break

asyncio.run(ask(int(sys.argv[2])))
"""


@pytest.mark.parametrize("pieces", [2, 1000], ids=["mid-answer", "after the answer"])
def test_leaving_without_closing_is_quiet(model_path: Path, pieces: int) -> None:
    command = [sys.executable, "-c", LEAVE, str(model_path.parent), str(pieces)]
    left = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (left.returncode, left.stdout, left.stderr) == (0, "", "")
