"""One client an event loop, closed with it."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as LateAnswer

from concierge import valkey as module
from concierge.valkey import valkey


@asynccontextmanager
async def a_client() -> AsyncIterator[Redis]:
    """As this loop's would be, whatever others had of it before."""
    lifetime = module._lifetime(asyncio.get_running_loop())
    yield await anext(lifetime)
    await lifetime.aclose()


async def test_a_loop_has_one_client() -> None:
    assert valkey() is valkey()
    assert await valkey().ping()


def test_each_loop_has_its_own_and_closes_it() -> None:
    async def ask() -> int:
        assert await valkey().ping()
        return id(valkey())

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(ask())
        asyncio.run(ask())
        gc.collect()
    assert not any(loop.is_closed() for loop in module._clients)


def test_without_a_loop_there_is_no_client() -> None:
    with pytest.raises(RuntimeError):
        valkey()


async def test_a_silent_valkey_keeps_nobody_waiting(settings: object) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    frozen = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = frozen.sockets[0].getsockname()[1]
    settings.REDIS_URL = f"redis://127.0.0.1:{port}"  # type: ignore[attr-defined]
    async with frozen, asyncio.timeout(5), a_client() as client:
        with pytest.raises(RedisError):
            await client.get("anything")


async def test_a_command_that_is_answered_late_is_sent_once(settings: Any) -> None:
    """Valkey may have carried it out: a second time might count twice."""
    sent = bytearray()

    async def answer_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1024):
            sent.extend(piece)
            if b"INCR" not in piece:
                writer.write(b"+OK\r\n" * piece.count(b"*"))  # one for each command of a greeting
        writer.close()

    slow = await asyncio.start_server(answer_late, "127.0.0.1", 0)
    settings.REDIS_URL = f"redis://127.0.0.1:{slow.sockets[0].getsockname()[1]}?protocol=2"
    async with slow, asyncio.timeout(5), a_client() as client:
        with pytest.raises(LateAnswer):
            await client.incr("spent")
    assert sent.count(b"INCR") == 1
