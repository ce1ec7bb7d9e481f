"""A small server on loopback that speaks the chat protocol as a test writes it, byte by byte."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Request = dict[str, Any]
Reply = Callable[[asyncio.StreamWriter, Request], Coroutine[None, None, None]]


@dataclass
class Server:
    """`replies` are given in order, the last one for ever; `requests` are the bodies seen."""

    url: str
    replies: list[Reply]
    requests: list[Request] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    replying: set[asyncio.Task[None]] = field(default_factory=set)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            self.requests.append(json.loads(await reader.readexactly(length)))
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
            await self._reply(reply(writer, self.requests[-1]))
            if reply is hang:
                await reader.read()
                self.hung_up.set()
        except ConnectionError:
            pass  # the client has had enough
        finally:
            writer.close()

    async def _reply(self, reply: Coroutine[None, None, None]) -> None:
        """In a task of its own for `close` to end: asyncio complains of an ended handler."""
        task = asyncio.create_task(reply)
        self.replying.add(task)
        await asyncio.wait({task})
        self.replying.discard(task)
        if not task.cancelled():
            task.result()

    async def close(self) -> None:
        for task in self.replying:
            task.cancel()
        await asyncio.gather(*self.replying, return_exceptions=True)
        await asyncio.sleep(0)  # for the handlers to see it


@asynccontextmanager
async def serving(*replies: Reply, port: int = 0) -> AsyncIterator[Server]:
    server = Server("", list(replies))
    listening = await asyncio.start_server(server.handle, "127.0.0.1", port)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    async with listening:
        try:
            yield server
        finally:
            await server.close()


def chunk(text: str = "", finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return event({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})


def usage(prompt: object, completion: object) -> bytes:
    counts = {"prompt_tokens": prompt, "completion_tokens": completion}
    return event({"id": "1", "object": "chat.completion.chunk", "choices": [], "usage": counts})


def event(data: object) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def streams(*events: bytes, kind: str = "text/event-stream") -> Reply:
    return status(200, b"".join(events), kind)


def status(code: int, body: bytes = b"{}", kind: str = "application/json", **headers: str) -> Reply:
    async def reply(writer: asyncio.StreamWriter, _: Request) -> None:
        writer.write(head(code, kind, **headers) + body)
        await writer.drain()

    return reply


def cut_after(*events: bytes) -> Reply:
    """Promises more bytes than it sends."""

    async def reply(writer: asyncio.StreamWriter, _: Request) -> None:
        body = b"".join(events)
        writer.write(head(content_length=str(len(body) + 100)) + body)
        await writer.drain()

    return reply


def head(code: int = 200, kind: str = "text/event-stream", **headers: str) -> bytes:
    fields = {"content_type": kind, "connection": "close", **headers}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items()]
    return f"HTTP/1.1 {code} X\r\n{''.join(lines)}\r\n".encode()


async def hang(writer: asyncio.StreamWriter, _: Request) -> None:
    """Begins an answer and never goes on."""
    writer.write(head() + chunk("Breakfast "))
    await writer.drain()


async def stay_silent(writer: asyncio.StreamWriter, _: Request) -> None:
    await asyncio.sleep(60)


def backends_with(settings: Any, url: str, **options: object) -> dict[str, Any]:
    """What LLM_BACKENDS is with an API at `url`; options as the backend's, in capitals."""
    api = {
        "CLASS": "llm.backends.openai.OpenAIBackend",
        "BASE_URL": url,
        "MODEL": "served",
        **options,
    }
    return {**settings.LLM_BACKENDS, "openai": api}
