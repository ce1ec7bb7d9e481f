"""Where the guests' road computes and waits for Postgres: a few threads of its own.

The event loop's default threads are 6 on 2 cores, and six slow statements would stop every socket.
Together these are fewer than the connections of a process, so the staff's pages get theirs.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async

from concierge.patience import patience
from reading import message
from reading.message import Message

P = ParamSpec("P")
R = TypeVar("R")

QUESTIONS = ThreadPoolExecutor(12, "questions")
"""Searches: whoever asks many slow ones waits behind them here, and nobody else does elsewhere."""
CHAT = ThreadPoolExecutor(4, "chat")
"""Who comes in, what was said: short reads and writes."""
CALLS = ThreadPoolExecutor(2, "calls")
"""Calls for staff never queue behind either."""
READING = ThreadPoolExecutor(2, "reading")
"""Messages are read here, 5 ms each: they wait for no database, and danger is found first."""


async def read(text: str) -> Message:
    """What a guest's message is, read in a thread."""
    return await asyncio.get_running_loop().run_in_executor(READING, message.read, text)


async def in_a_thread(
    threads: ThreadPoolExecutor,
    seconds: float,
    work: Callable[P, R],
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """What `work` returns. Raises TimeoutError after `seconds`; its thread then gives up, too."""
    hop = database_sync_to_async(work, thread_sensitive=False, executor=threads)
    async with asyncio.timeout(seconds):
        with patience(seconds):
            return await hop(*args, **kwargs)
