"""A small server on loopback that speaks the chat protocol as a test writes it, byte by byte."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Reply = Callable[[asyncio.StreamWriter], Coroutine[None, None, None]]


@dataclass
class Server:
    """`replies` are given in order, the last one for ever; `requests` are the bodies seen."""

    url: str
    replies: list[Reply]
    requests: list[dict[str, object]] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            self.requests.append(json.loads(await reader.readexactly(length)))
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            await reply(writer)
            if reply is hang:
                await reader.read()
                self.hung_up.set()
        finally:
            writer.close()


@asynccontextmanager
async def serving(*replies: Reply) -> AsyncIterator[Server]:
    server = Server("", list(replies))
    listening = await asyncio.start_server(server.handle, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    async with listening:
        yield server


def chunk(text: str = "", finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return event({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})


def usage(prompt: int, completion: int) -> bytes:
    counts = {"prompt_tokens": prompt, "completion_tokens": completion}
    return event({"id": "1", "object": "chat.completion.chunk", "choices": [], "usage": counts})


def event(data: object) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def streams(*events: bytes, kind: str = "text/event-stream") -> Reply:
    return status(200, b"".join(events), kind)


def status(code: int, body: bytes = b"{}", kind: str = "application/json") -> Reply:
    async def reply(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 {code} X\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return reply


def cut_after(*events: bytes) -> Reply:
    """Promises more bytes than it sends."""

    async def reply(writer: asyncio.StreamWriter) -> None:
        body = b"".join(events)
        head = "HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\n"
        writer.write(f"{head}Content-Length: {len(body) + 100}\r\n\r\n".encode() + body)
        await writer.drain()

    return reply


async def hang(writer: asyncio.StreamWriter) -> None:
    """Begins an answer and never goes on."""
    head = b"HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\n\r\n"
    writer.write(head + chunk("Breakfast "))
    await writer.drain()


async def stay_silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)
