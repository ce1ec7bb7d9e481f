from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async

from llm.registry import close_backends
from tests.connections import _the_threads_connections_are_closed  # noqa: F401  for every test
from tests.llm.api_server import DONE, Server, backends_with, chunk, serving, streams, usage


@asynccontextmanager
async def api_that_says(said: str, settings: Any) -> AsyncIterator[Server]:
    """An API beside the local model, until the block ends."""
    answer = streams(chunk(said), chunk(finish="stop"), usage(200, 20), DONE)
    await sync_to_async(close_backends)()
    async with serving(answer) as server:
        settings.LLM_BACKENDS = backends_with(settings, server.url)
        yield server
    await sync_to_async(close_backends)()
