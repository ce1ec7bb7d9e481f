"""Calls made in the same moment become one.

While one batch is on its way the next one gathers: nobody waits for company, and the busier it is
the fewer round trips a call costs.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

LONGEST = 128
"""Calls a batch: more would make the first wait for the last."""

Asked = TypeVar("Asked")
Reply = TypeVar("Reply")


class Batch(Generic[Asked, Reply]):
    """`send` takes what was asked and returns the replies in the same order.

    Its error is everybody's of that batch. Belongs to one event loop.
    """

    def __init__(self, send: Callable[[list[Asked]], Awaitable[Sequence[Reply]]]) -> None:
        self._send = send
        self._waiting: list[tuple[Asked, asyncio.Future[Reply]]] = []
        self._sender: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Reply:
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, reply))
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_all())
        return await reply

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:LONGEST], self._waiting[LONGEST:]
                await self._send_one(batch)
        finally:
            self._sender = None

    async def _send_one(self, batch: list[tuple[Asked, asyncio.Future[Reply]]]) -> None:
        waiting = [reply for _, reply in batch]
        try:
            replies = await self._send([asked for asked, _ in batch])
        except Exception as error:
            for reply in waiting:
                if not reply.done():
                    reply.set_exception(error)
            return
        for reply, value in zip(waiting, replies, strict=True):
            if not reply.done():  # else its guest left
                reply.set_result(value)
