"""The real model, in the process, as guests meet it."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from llm.backends import gguf, releases
from llm.backends.local import LocalBackend
from llm.backends.releases import promote, read_release
from llm.base import Completion, Meter, ModelError, Question
from tests.llm.adapters import write_release
from tests.llm.questions import BREAKFAST, question

ROOT = Path(__file__).resolve().parents[2]
LONG = question("What is on the menu?", "We serve " + ", ".join(["soup", "bread", "fish"] * 30))


async def text_of(backend: LocalBackend, asked: Question) -> str:
    return "".join([piece async for piece in backend.stream(asked)])


async def test_an_answer_streams_and_says_what_it_cost(local: LocalBackend) -> None:
    async with local.stream(BREAKFAST) as stream:
        pieces = [piece async for piece in stream]
    assert "".join(pieces).strip()
    assert stream.completion.finish in ("stop", "length")
    assert stream.completion.sources_used == 1
    assert not stream.completion.cut
    assert stream.completion.completion_tokens >= len(pieces) > 1


async def test_a_lone_answer_is_always_the_same(local: LocalBackend) -> None:
    assert await text_of(local, BREAKFAST) == await text_of(local, BREAKFAST)


async def test_a_long_answer_ends_at_its_limit(model_path: Path) -> None:
    brief = LocalBackend("brief", models_dir=model_path.parent, max_answer_tokens=4)
    async with brief.stream(BREAKFAST) as stream:
        _ = [piece async for piece in stream]
    brief.close()
    assert stream.completion.finish == "length"
    assert stream.completion.completion_tokens == 4


async def test_many_guests_of_one_loop_are_answered_together(local: LocalBackend) -> None:
    async def ask(floor: int) -> Completion:
        async with local.stream(question("Which floor?", f"The bar is on {floor}.")) as stream:
            assert [piece async for piece in stream]
        return stream.completion

    completions = await asyncio.gather(*(ask(floor) for floor in range(12)))
    assert {each.finish for each in completions} <= {"stop", "length"}
    # The first eight wait for nobody.
    assert max(each.queue_ms for each in completions[:8]) < min(
        each.queue_ms for each in completions[8:]
    )


def test_guests_of_several_loops_are_answered(local: LocalBackend) -> None:
    async def loops() -> list[str]:
        asked = (text_of(local, BREAKFAST) for _ in range(3))
        return await asyncio.gather(*(asyncio.to_thread(asyncio.run, each) for each in asked))

    assert all(asyncio.run(loops()))


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


async def test_an_answer_cancelled_in_the_queue_is_never_begun(model_path: Path) -> None:
    narrow = LocalBackend("narrow", models_dir=model_path.parent, parallel=1)
    running = narrow.stream(LONG)
    await anext(running)
    meter = Meter()
    waiting = asyncio.ensure_future(anext(narrow._pieces(BREAKFAST, meter)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    _ = [piece async for piece in running]
    narrow.close()
    assert meter.prompt_tokens == meter.completion_tokens == 0


async def test_more_guests_than_there_is_room_for_are_told_so_at_once(model_path: Path) -> None:
    full = LocalBackend("full", models_dir=model_path.parent, parallel=1, queue_size=1)
    full.warm_up()
    asked = [asyncio.ensure_future(text_of(full, BREAKFAST)) for _ in range(3)]
    done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    (refused,) = done
    error = refused.exception()
    assert isinstance(error, ModelError)
    assert (error.reason, error.permanent) == ("busy", False)
    assert all([await each for each in asked[:2]])
    full.close()


async def test_a_question_that_cannot_fit_is_refused_for_good(local: LocalBackend) -> None:
    with pytest.raises(ModelError, match="do not fit") as caught:
        _ = [piece async for piece in local.stream(question("Why? " * 2000, "Because."))]
    assert caught.value.permanent


async def test_a_closed_backend_wakes_up_again(model_path: Path) -> None:
    backend = LocalBackend("again", models_dir=model_path.parent)
    for _ in range(2):
        assert await text_of(backend, BREAKFAST)
        backend.close()


async def test_a_model_that_cannot_be_prepared_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gguf, "PACKAGE", "not_installed")
    backend = LocalBackend("nowhere", models_dir=tmp_path)
    with pytest.raises(ModelError, match="not_installed") as caught:
        await text_of(backend, BREAKFAST)
    assert caught.value.permanent
    with pytest.raises(ModelError):
        backend.warm_up()


async def test_where_no_release_can_be_read_only_asking_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "SHIPPED", tmp_path / "lost")
    backend = LocalBackend("lost", models_dir=tmp_path)
    assert backend.model_id == "unknown"  # a part of every cached answer's key
    with pytest.raises(ModelError, match=r"lost/manifest\.json: No such file") as caught:
        await text_of(backend, BREAKFAST)
    assert caught.value.permanent


async def test_a_promoted_model_takes_over_without_failing_anybody(
    model_path: Path, tmp_path: Path
) -> None:
    for made in (model_path, model_path.with_suffix(".json")):
        (tmp_path / made.name).symlink_to(made)
    backend = LocalBackend("changing", models_dir=tmp_path)
    before = backend.model_id
    running = backend.stream(BREAKFAST)
    await anext(running)
    assert backend.model_id == before
    release = read_release(write_release(tmp_path / "elsewhere" / "better"))
    await asyncio.to_thread(promote, release, tmp_path)
    assert [piece async for piece in running]
    while backend.model_id == before:
        assert await text_of(backend, BREAKFAST)
    assert backend.model_id == release.model_id
    assert await text_of(backend, BREAKFAST)
    backend.close()


LEAVE = """
import asyncio, sys
from llm.backends import gguf
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
