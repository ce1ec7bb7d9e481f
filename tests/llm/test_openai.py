"""The API backend against a real server that behaves, and that does not."""

import asyncio
import json
import socket
import time
import traceback
from email.utils import formatdate
from typing import Any

import pytest

from llm.backends.api_errors import seconds_to_wait
from llm.backends.openai import OpenAIBackend
from llm.base import ModelError
from tests.llm.api_server import (
    DONE,
    Reply,
    Request,
    chunk,
    cut_after,
    event,
    hang,
    head,
    serving,
    status,
    stay_silent,
    streams,
    usage,
)
from tests.llm.questions import BREAKFAST

GOOD = streams(chunk("From "), chunk("7."), chunk(finish="stop"), usage(420, 3), DONE)


def backend(url: str, **options: Any) -> OpenAIBackend:
    return OpenAIBackend("api", base_url=url, model="gpt", api_key="key", **options)


async def error_of(api: OpenAIBackend) -> ModelError:
    with pytest.raises(ModelError) as caught:
        _ = [piece async for piece in api.stream(BREAKFAST)]
    return caught.value


async def test_an_answer_streams_with_its_usage() -> None:
    async with serving(GOOD) as server, backend(server.url).stream(BREAKFAST) as stream:
        assert [piece async for piece in stream] == ["From ", "7."]
    completion = stream.completion
    assert completion.finish == "stop"
    assert (completion.prompt_tokens, completion.completion_tokens) == (420, 3)
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
    ("code", "reason", "permanent"),
    [
        (401, "auth", True),
        (403, "auth", True),
        (404, "no_model", True),
        (400, "rejected", True),
        (408, "server_error", False),
        (429, "rate_limited", False),
        (500, "server_error", False),
        (503, "server_error", False),
    ],
)
async def test_a_status_is_an_error_with_its_word(code: int, reason: str, permanent: bool) -> None:
    async with serving(status(code)) as server:
        error = await error_of(backend(server.url))
    assert (error.reason, error.permanent) == (reason, permanent)
    assert str(code) in str(error)


async def test_no_error_repeats_what_a_server_says() -> None:
    echo = json.dumps({"error": {"message": BREAKFAST.text}}).encode()
    for reply in (status(500, echo), streams(b"data: " + echo + b"\n\n")):
        async with serving(reply) as server:
            error = await error_of(backend(server.url))
        assert BREAKFAST.text not in "".join(traceback.format_exception(error))


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


@pytest.mark.parametrize("asked", ["60", "4.5"])
async def test_a_wait_that_does_not_fit_is_not_waited(asked: str) -> None:
    async with serving(status(429, retry_after=asked), GOOD) as server:
        error = await error_of(backend(server.url))
        assert len(server.requests) == 1
    assert error.retry_after == float(asked)


async def test_a_wait_that_fits_is_waited() -> None:
    async with serving(status(429, retry_after="0.01"), GOOD) as server:
        pieces = [piece async for piece in backend(server.url).stream(BREAKFAST)]
    assert pieces == ["From ", "7."]


@pytest.mark.parametrize("code", [400, 401, 404])
async def test_what_asking_again_cannot_help_is_not_asked_again(code: int) -> None:
    async with serving(status(code), GOOD) as server:
        await error_of(backend(server.url))
        assert len(server.requests) == 1


async def test_a_server_that_is_not_there_is_a_passing_error() -> None:
    async with serving(GOOD) as server:
        url = server.url
    error = await error_of(backend(url))
    assert (error.reason, error.permanent) == ("refused", False)


async def test_a_server_that_takes_no_connection_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        with socket.create_connection(address):  # the one that may wait
            api = backend(f"http://127.0.0.1:{address[1]}/v1", connect_seconds=0.2)
            async with asyncio.timeout(3):
                error = await error_of(api)
    assert (error.reason, error.permanent) == ("timeout", False)


async def test_a_silent_server_is_given_up() -> None:
    async with serving(stay_silent) as server:
        error = await error_of(backend(server.url, first_token_seconds=0.1))
    assert (error.reason, error.permanent) == ("timeout", False)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [({"gap_seconds": 0.1}, "stalled"), ({"total_seconds": 1.0}, "endless")],
)
async def test_an_answer_that_never_ends_is_given_up(limits: dict[str, float], reason: str) -> None:
    async with serving(hang) as server:
        stream = backend(server.url, **limits).stream(BREAKFAST)
        assert await anext(stream) == "Breakfast "
        with pytest.raises(ModelError) as caught:
            await anext(stream)
    assert caught.value.reason == reason


async def test_a_server_that_keeps_the_line_open_after_a_whole_answer_costs_only_its_bill() -> None:
    async def reply(writer: asyncio.StreamWriter, request: Request) -> None:
        await streams(chunk("From 7."), chunk(finish="stop"))(writer, request)
        await stay_silent(writer, request)

    async with serving(reply) as server:
        stream = backend(server.url, gap_seconds=0.1).stream(BREAKFAST)
        assert [piece async for piece in stream] == ["From 7."]
    assert stream.completion.finish == "stop"
    assert stream.completion.completion_tokens == 3


@pytest.mark.parametrize("counts", [(0, 0), (-1, -1), (10**9, 10**9), ("many", None), (True, 2.5)])
async def test_counts_that_cannot_be_are_estimated(counts: tuple[Any, Any]) -> None:
    answer = streams(chunk("From 7 to 10:30 o'clock."), chunk(finish="stop"), usage(*counts), DONE)
    async with serving(answer) as server, backend(server.url).stream(BREAKFAST) as stream:
        _ = [piece async for piece in stream]
    assert stream.completion.completion_tokens == 8  # 24 bytes
    assert 100 < stream.completion.prompt_tokens < 1000


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        "yes",
        {"choices": "yes"},
        {"choices": {"a": 1}},
        {"choices": [None]},
        {"choices": [{"delta": {"content": ["a", "list"]}, "finish_reason": None}]},
        {"choices": [{"delta": {"content": "From"}, "finish_reason": ["stop"]}]},
    ],
)
async def test_json_of_another_shape_is_no_answer(data: object) -> None:
    async with serving(streams(event(data), DONE)) as server:
        assert (await error_of(backend(server.url))).reason == "bad_answer"


async def test_json_too_deep_to_read_is_no_answer() -> None:
    async with serving(streams(b"data: " + b"[" * 100_000 + b"\n\n")) as server:
        assert (await error_of(backend(server.url))).reason == "bad_answer"


@pytest.mark.parametrize(
    "reply",
    [
        cut_after(chunk("From 7."), chunk(finish="stop")),
        streams(chunk("From 7."), chunk(finish="stop"), event({"error": {"message": "full"}})),
        streams(chunk("From 7."), chunk(finish="stop"), b"data: {oops\n\n"),
        streams(chunk("From 7."), chunk(finish="stop"), event({"choices": 5}), chunk("More")),
        streams(chunk("From 7."), event({"choices": [{"index": 0, "finish_reason": "stop"}]})),
        streams(chunk("From 7."), chunk(finish="stop"), event({"choices": [], "usage": "much"})),
    ],
    ids=["cut", "error", "malformed", "more text", "no delta", "odd usage"],
)
async def test_what_goes_wrong_after_the_last_word_does_not_spoil_the_answer(reply: Reply) -> None:
    async with serving(reply) as server, backend(server.url).stream(BREAKFAST) as stream:
        assert [piece async for piece in stream] == ["From 7."]
    assert stream.completion.finish == "stop"


@pytest.mark.parametrize("code", [200, 500])
async def test_a_response_without_an_end_is_not_read_to_it(code: int) -> None:
    async def reply(writer: asyncio.StreamWriter, _: Request) -> None:
        writer.write(head(code))
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with serving(reply) as server:
        assert (await error_of(backend(server.url))).reason == "endless"


async def test_what_follows_a_whole_answer_without_an_end_is_not_read_either() -> None:
    async def reply(writer: asyncio.StreamWriter, _: Request) -> None:
        writer.write(head() + chunk("From 7.") + chunk(finish="stop") + b"x" * 3_000_000)
        await writer.drain()

    async with serving(reply) as server:
        assert [piece async for piece in backend(server.url).stream(BREAKFAST)] == ["From 7."]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("2.5", 2.5), ("-1", None), ("nan", None), ("1e999", None), ("soon", None), ("", None)],
)
def test_retry_after_is_read_with_care(said: str, seconds: float | None) -> None:
    assert seconds_to_wait({"retry-after": said}) == seconds


def test_retry_after_may_be_a_date() -> None:
    soon = seconds_to_wait({"retry-after": formatdate(time.time() + 90)})
    assert soon == pytest.approx(90, abs=10)
    assert seconds_to_wait({"retry-after": "Wed, 99 Oct 9999999999 07:28:00 GMT"}) is None


async def test_a_tool_call_beside_an_answer_is_left_alone() -> None:
    call = event({"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0}]}}]})
    answer = streams(call, chunk("From 7."), chunk(finish="stop"), DONE)
    async with serving(answer) as server:
        assert [piece async for piece in backend(server.url).stream(BREAKFAST)] == ["From 7."]


async def test_a_server_that_wants_no_key_needs_none() -> None:
    async with serving(GOOD) as server:
        api = OpenAIBackend("api", base_url=server.url, model="gpt")
        assert [piece async for piece in api.stream(BREAKFAST)] == ["From ", "7."]


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


async def test_a_warm_backend_answers_too() -> None:
    async with serving(GOOD) as server:
        api = backend(server.url)
        await asyncio.to_thread(api.warm_up)
        assert [piece async for piece in api.stream(BREAKFAST)] == ["From ", "7."]
