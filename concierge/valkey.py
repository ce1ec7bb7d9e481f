"""The one client of Valkey that an event loop has, for the rooms that take it as an argument."""

import asyncio
from collections.abc import AsyncGenerator

from django.conf import settings
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected

CONNECTIONS = 32
PATIENCE_SECONDS = 0.25
"""For a connection, and for an answer: guests wait behind it, and all of them can do without."""

_clients: dict[asyncio.AbstractEventLoop, tuple[AsyncGenerator[Redis, None], Redis]] = {}


def valkey() -> Redis:
    """The running event loop's client. Raises RuntimeError where no loop runs.

    Opens nothing before its first command; closed when the loop ends.
    """
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        lifetime = _lifetime(loop)
        _clients[loop] = lifetime, _first(lifetime)
    return _clients[loop][1]


async def _lifetime(loop: asyncio.AbstractEventLoop) -> AsyncGenerator[Redis, None]:
    pool = BlockingConnectionPool.from_url(
        settings.REDIS_URL,
        max_connections=CONNECTIONS,
        timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        # For a connection that Valkey closed meanwhile. What is merely late may have been done.
        retry=Retry(NoBackoff(), 1, supported_errors=(Disconnected,)),
    )
    client = Redis.from_pool(pool)
    try:
        yield client
    finally:
        _clients.pop(loop, None)
        await client.aclose()


def _first(lifetime: AsyncGenerator[Redis, None]) -> Redis:
    """What the generator yields. A loop closes its asynchronous generators before it ends, which
    is the only word it gives anybody; this one begins without waiting, so no await is needed.
    """
    try:
        lifetime.__anext__().send(None)
    except StopIteration as first:
        client: Redis = first.value
        return client
    raise RuntimeError("a client that waits before it exists")
