"""What every backend's stream promises, shown with the dummy one."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from llm.backends.dummy import DummyBackend
from llm.base import Meter, ModelError, Question
from llm.local_prompt import UNKNOWN
from tests.llm.questions import BREAKFAST, question


class Broken(DummyBackend):
    """Says two words and then breaks as `error` says, or just ends."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__("broken")
        self.error = error

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        yield "Breakfast "
        yield "is "
        if self.error is not None:
            raise self.error


async def test_the_pieces_joined_are_the_best_source() -> None:
    pieces = [piece async for piece in DummyBackend("dummy").stream(BREAKFAST)]
    assert "".join(pieces) == BREAKFAST.sources[0].text
    assert len(pieces) == len(BREAKFAST.sources[0].text.split())


async def test_without_a_source_the_dummy_does_not_know() -> None:
    pieces = [piece async for piece in DummyBackend("dummy").stream(question("Why?"))]
    assert "".join(pieces) == UNKNOWN


async def test_a_completion_tells_what_the_answer_cost() -> None:
    async with DummyBackend("dummy").stream(BREAKFAST) as stream:
        words = [piece async for piece in stream]
    completion = stream.completion
    assert completion.finish == "stop"
    assert completion.completion_tokens == len(words)
    assert completion.sources_used == 1
    assert completion.first_token_ms is not None
    assert 0 <= completion.queue_ms <= completion.first_token_ms <= completion.total_ms


async def test_there_is_no_completion_before_the_end() -> None:
    async with DummyBackend("dummy").stream(BREAKFAST) as stream:
        await anext(stream)
        with pytest.raises(RuntimeError):
            _ = stream.completion


async def test_leaving_early_counts_as_cancelled() -> None:
    async with DummyBackend("dummy").stream(BREAKFAST) as stream:
        async for _ in stream:
            break
    assert stream.completion.finish == "cancelled"
    assert stream.completion.completion_tokens == 1


async def test_cancelling_the_reader_cancels_the_answer() -> None:
    stream = DummyBackend("dummy", delay=60).stream(BREAKFAST)
    reader = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert stream.completion.finish == "cancelled"
    assert stream.completion.first_token_ms is None


async def test_an_answer_that_ends_without_a_reason_is_an_error() -> None:
    async with Broken().stream(BREAKFAST) as stream:
        with pytest.raises(ModelError, match="finish reason") as caught:
            _ = [piece async for piece in stream]
    assert not caught.value.permanent


async def test_a_failed_answer_has_no_completion() -> None:
    async with Broken(ModelError("lost", permanent=False)).stream(BREAKFAST) as stream:
        with pytest.raises(ModelError, match="lost"):
            _ = [piece async for piece in stream]
    with pytest.raises(RuntimeError):
        _ = stream.completion
