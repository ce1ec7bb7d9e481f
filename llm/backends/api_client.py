"""Connections to an OpenAI-compatible server, and how much is read from them."""

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator
from functools import cached_property
from weakref import WeakKeyDictionary

import httpx2
import openai

from llm.base import ModelError

_MOST_BYTES = 2_000_000
"""Of one response. A stream spends some 300 on a token; an endless line never ends as an event."""


class Clients:
    """A client for each event loop: kept connections belong to the loop that opened them."""

    def __init__(self, base_url: str, api_key: str, timeout: openai.Timeout) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._timeout = timeout
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, openai.AsyncOpenAI]
        self._clients = WeakKeyDictionary()
        self._lock = threading.Lock()

    def here(self) -> openai.AsyncOpenAI:
        """The client of the running loop."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._clients:
                self._clients[loop] = self._make()
            return self._clients[loop]

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        return httpx2.create_ssl_context()

    def warm_up(self) -> None:
        """Reads the certificates and the library's lazy parts: 70 ms for which an event loop would
        stand still with the first question.
        """
        _ = self._make().chat.completions

    def _make(self) -> openai.AsyncOpenAI:
        return openai.AsyncOpenAI(
            base_url=self._base_url,
            # It refuses to be without one; a server that wants none does not look.
            api_key=self._api_key or "none",
            timeout=self._timeout,
            # The library would sleep for as long as Retry-After says, up to two minutes.
            max_retries=0,
            http_client=openai.DefaultAsyncHttpxClient(
                verify=self._certificates, event_hooks={"response": [_bound]}
            ),
        )

    def close(self) -> None:
        """Ends the streams in flight; the next question opens new connections."""
        with self._lock:
            clients = list(self._clients.items())
            self._clients.clear()
        for loop, client in clients:
            if loop.is_running():
                asyncio.run_coroutine_threadsafe(client.close(), loop)


class _BoundedBody(httpx2.AsyncByteStream):
    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = _MOST_BYTES
        async for part in self._body:
            left -= len(part)
            if left < 0:
                raise ModelError(
                    "The model's answer would not end", permanent=False, reason="endless"
                )
            yield part

    async def aclose(self) -> None:
        await self._body.aclose()


async def _bound(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _BoundedBody(response.stream)
