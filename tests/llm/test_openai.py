"""The API backend against a real server that behaves, and that does not."""

import asyncio
from typing import Any

import pytest

from llm.backends.openai import OpenAIBackend
from llm.base import ModelError
from tests.llm.api_server import (
    DONE,
    Reply,
    chunk,
    cut_after,
    event,
    hang,
    serving,
    status,
    stay_silent,
    streams,
    usage,
)
from tests.llm.questions import BREAKFAST

GOOD = streams(chunk("From "), chunk("7."), chunk(finish="stop"), usage(42, 3), DONE)


def backend(url: str, **options: Any) -> OpenAIBackend:
    return OpenAIBackend("api", base_url=url, model="gpt", api_key="key", **options)


async def test_an_answer_streams_with_its_usage() -> None:
    async with serving(GOOD) as server, backend(server.url).stream(BREAKFAST) as stream:
        assert [piece async for piece in stream] == ["From ", "7."]
    completion = stream.completion
    assert completion.finish == "stop"
    assert (completion.prompt_tokens, completion.completion_tokens) == (42, 3)
    assert completion.sources_used == 1


async def test_the_server_is_asked_for_a_stream_of_this_model() -> None:
    async with serving(GOOD) as server:
        _ = [piece async for piece in backend(server.url).stream(BREAKFAST)]
        (request,) = server.requests
    assert request["model"] == "gpt"
    assert request["stream"] is True
    assert request["max_completion_tokens"] == 400


async def test_an_answer_cut_at_its_limit_says_so() -> None:
    cut = streams(chunk("From"), chunk(finish="length"), DONE)
    async with serving(cut) as server, backend(server.url).stream(BREAKFAST) as stream:
        _ = [piece async for piece in stream]
    assert stream.completion.finish == "length"


@pytest.mark.parametrize(
    ("reply", "said", "permanent"),
    [
        (status(401), "status 401", True),
        (status(404), "status 404", True),
        (status(429), "status 429", False),
        (status(500), "status 500", False),
        (streams(b"<html>Welcome</html>", kind="text/html"), "empty answer", False),
        (streams(), "empty answer", False),
        (streams(chunk(finish="stop"), DONE), "empty answer", False),
        (streams(chunk("From "), DONE), "finish reason", False),
        (cut_after(chunk("From ")), "APIConnectionError", False),
        (streams(chunk("From "), b"data: {oops\n\n"), "JSONDecodeError", False),
        (streams(chunk("From "), event({"error": {"message": "full"}})), "APIError", False),
        (streams(chunk("From "), chunk(finish="tool_calls"), DONE), "tool_calls", False),
    ],
    ids=[
        "wrong key",
        "no such model",
        "too many requests",
        "server error",
        "HTML with status 200",
        "empty stream",
        "empty answer",
        "no finish reason",
        "cut in mid-stream",
        "malformed event",
        "error in mid-stream",
        "a tool call nobody asked for",
    ],
)
async def test_a_fault_is_one_error_with_its_reason(
    reply: Reply, said: str, permanent: bool
) -> None:
    async with serving(reply) as server:
        with pytest.raises(ModelError, match=said) as caught:
            _ = [piece async for piece in backend(server.url).stream(BREAKFAST)]
    assert caught.value.permanent is permanent
    assert BREAKFAST.text not in str(caught.value)


async def test_a_server_that_recovers_at_once_is_asked_again() -> None:
    async with serving(status(500), GOOD) as server:
        pieces = [piece async for piece in backend(server.url).stream(BREAKFAST)]
        assert len(server.requests) == 2
    assert pieces == ["From ", "7."]


@pytest.mark.parametrize("reply", [cut_after(chunk("From ")), streams(chunk("From "))])
async def test_nothing_is_asked_again_once_the_answer_has_begun(reply: Reply) -> None:
    async with serving(reply, GOOD) as server:
        with pytest.raises(ModelError):
            _ = [piece async for piece in backend(server.url).stream(BREAKFAST)]
        assert len(server.requests) == 1


async def test_a_server_that_is_not_there_is_a_passing_error() -> None:
    async with serving(GOOD) as server:
        url = server.url
    with pytest.raises(ModelError, match="APIConnectionError") as caught:
        _ = [piece async for piece in backend(url).stream(BREAKFAST)]
    assert not caught.value.permanent


async def test_a_silent_server_is_given_up() -> None:
    async with serving(stay_silent) as server:
        with pytest.raises(ModelError, match="TimeoutError") as caught:
            _ = [p async for p in backend(server.url, first_token_seconds=0.1).stream(BREAKFAST)]
    assert not caught.value.permanent


async def test_an_answer_that_never_ends_is_given_up() -> None:
    async with serving(hang) as server:
        stream = backend(server.url, total_seconds=0.2).stream(BREAKFAST)
        assert await anext(stream) == "Breakfast "
        with pytest.raises(ModelError, match="TimeoutError"):
            await anext(stream)


async def test_a_guest_who_stops_ends_the_connection() -> None:
    async with serving(hang) as server:
        async with backend(server.url).stream(BREAKFAST) as stream:
            await anext(stream)
        await asyncio.wait_for(server.hung_up.wait(), 5)
    assert stream.completion.finish == "cancelled"


def test_each_event_loop_has_connections_of_its_own() -> None:
    async def ask(api: OpenAIBackend, url: str) -> str:
        return "".join([piece async for piece in api.stream(BREAKFAST)])

    async def two_loops() -> list[str]:
        async with serving(GOOD) as server:
            api = backend(server.url)
            return [await asyncio.to_thread(asyncio.run, ask(api, server.url)) for _ in range(2)]

    assert asyncio.run(two_loops()) == ["From 7.", "From 7."]
