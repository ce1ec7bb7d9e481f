"""An OpenAI-compatible server on loopback that breaks the protocol in every way we know.

    python -m tests.llm.faults --fault cut --port 9999

and `OPENAI_BASE_URL=http://127.0.0.1:9999/v1 OPENAI_MODEL=faulty` in the product's environment.
`--fault none` answers properly: it copies the first note of the prompt and cites it. Faults in
the middle of an answer come after that note's words, so a guest has read a whole sentence by then.
"""

import argparse
import asyncio
import json
import re
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from tests.llm.api_server import (
    DONE,
    Reply,
    Request,
    chunk,
    event,
    head,
    serving,
    status,
    stay_silent,
    usage,
)

NOTHING = "I do not know."
Event = bytes | float
"""Bytes to send, or seconds to wait."""


def first_note(request: Request) -> str:
    """The text of the prompt's first source, wherever the messages hold it as JSON."""
    for message in reversed(request.get("messages", [])):
        content = str(message.get("content", ""))
        for start in (match.start() for match in re.finditer(r"[{\[]", content)):
            with suppress(ValueError):
                for text in _texts(json.JSONDecoder().raw_decode(content, start)[0]):
                    return text
    return NOTHING


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict) and isinstance(data.get("text"), str):
        yield data["text"]
    elif isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _texts(value)


def words(request: Request) -> list[bytes]:
    """The proper answer, a chunk a word."""
    return [chunk(word) for word in re.findall(r"\S+\s*", f"{first_note(request)} [1]")]


def finished(request: Request) -> list[bytes]:
    """The end of a proper answer, with a bill that can be true."""
    prompt = sum(len(str(message.get("content"))) for message in request.get("messages", []))
    return [chunk(finish="stop"), usage(prompt // 4, 12), DONE]


def begun(request: Request) -> list[bytes]:
    """A whole sentence, and the beginning of another."""
    return [*words(request), chunk(" And the")]


def sends(
    events: Callable[[Request], Iterable[Event]],
    kind: str = "text/event-stream",
    **headers: str,
) -> Reply:
    """A reply that sends head and events, waits where they say so, and closes the line."""

    async def reply(writer: asyncio.StreamWriter, request: Request) -> None:
        writer.write(head(200, kind, **headers))
        for each in events(request):
            if isinstance(each, bytes):
                writer.write(each)
                await writer.drain()
            else:
                await asyncio.sleep(each)

    return reply


def _slowly(request: Request) -> Iterator[Event]:
    for word in words(request):
        yield word
        yield 2.0
    yield from finished(request)


def _for_ever(request: Request) -> Iterator[Event]:
    yield from words(request)
    while True:
        yield chunk(" And so on.")
        yield 0.001


def _byte_by_byte(request: Request) -> Iterator[Event]:
    """Whatever is longer than a byte in UTF-8 is cut in two on the wire."""
    delta = {"content": f"{first_note(request)} [1]"}
    data = {"choices": [{"index": 0, "delta": delta, "finish_reason": "stop"}]}
    for byte in b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n":
        yield bytes([byte])
        yield 0.0


def _calls_a_tool(_: Request) -> Iterator[Event]:
    call = {"index": 0, "id": "1", "function": {"name": "book", "arguments": "{}"}}
    yield event({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
    yield chunk(finish="tool_calls")
    yield DONE


def _refuses(request: Request) -> Iterator[Event]:
    yield event({"choices": [{"index": 0, "delta": {"refusal": "I cannot help with that."}}]})
    yield from finished(request)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Closes the line with RST instead of a proper end."""
    line = writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _refused(writer: asyncio.StreamWriter, _: Request) -> None:
    _reset(writer)


async def _reset_midway(writer: asyncio.StreamWriter, request: Request) -> None:
    await sends(begun)(writer, request)
    await asyncio.sleep(0.3)  # what is not read by then is lost
    _reset(writer)


HTML = b"<!doctype html><title>Sign in</title><p>data: please log in to the Wi-Fi"
FAULTS: dict[str, Reply] = {
    "none": sends(lambda request: [*words(request), *finished(request)]),
    "refused": _refused,
    "timeout": stay_silent,
    "429": status(429),
    "429-retry-1": status(429, retry_after="1"),
    "429-retry-60": status(429, retry_after="60"),
    "500": status(500),
    "401": status(401),
    "400-content-filter": status(400, b'{"error": {"code": "content_filter"}}'),
    "html": status(200, HTML, "text/html"),
    "empty": status(200, b"", "text/event-stream"),
    "malformed": sends(lambda request: [*begun(request), b"data: {oops\n\n", *finished(request)]),
    "malformed-at-once": sends(lambda _: [b"data: {oops\n\n"]),
    "another-shape": sends(lambda _: [event({"choices": "yes"}), event(7), DONE]),
    "error-event": sends(lambda request: [*begun(request), event({"error": {"message": "full"}})]),
    "cut": sends(begun, content_length="1000000"),
    "reset": _reset_midway,
    "no-finish": sends(lambda request: [*begun(request), DONE]),
    "slow": sends(_slowly),
    "tool-call": sends(_calls_a_tool),
    "content-filter": sends(
        lambda request: [*begun(request), chunk(finish="content_filter"), DONE]
    ),
    "refusal": sends(_refuses),
    "wrong-type": sends(lambda request: [*words(request), *finished(request)], kind="text/plain"),
    "half-character": sends(_byte_by_byte),
    "endless": sends(_for_ever),
    "huge-chunk": sends(lambda _: [chunk("much " * 1_000_000), DONE]),
    "wrong-usage": sends(
        lambda request: [*words(request), chunk(finish="stop"), usage(-5, 10**12), DONE]
    ),
    "no-usage": sends(lambda request: [*words(request), chunk(finish="stop"), DONE]),
}


IMPATIENCE: dict[str, Any] = {
    "timeout": {"first_token_seconds": 0.3},
    "slow": {"gap_seconds": 0.3},
    "429-retry-1": {"first_token_seconds": 0.9},
}
"""Options with which a test need not wait; for other faults those that are shipped never strike."""


@asynccontextmanager
async def faulty(fault: str) -> AsyncIterator[str]:
    """The base URL of a server with that fault; of none at all for "refused"."""
    async with serving(FAULTS[fault]) as server:
        if fault != "refused":
            yield server.url
            return
    yield server.url


async def _serve(fault: str, port: int) -> None:
    async with serving(FAULTS[fault], port=port) as server:
        print(f"{server.url} answers with the fault {fault!r}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fault", choices=FAULTS, default="none")
    parser.add_argument("--port", type=int, default=9999)
    options = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(options.fault, options.port))


if __name__ == "__main__":
    main()
