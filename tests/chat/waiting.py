import asyncio
from collections.abc import Awaitable, Callable

LONGEST_WAIT = 30  # seconds; only a failing test waits so long


async def until(promise: Callable[[], Awaitable[bool]]) -> None:
    """Until it is kept, by another thread or process."""
    async with asyncio.timeout(LONGEST_WAIT):
        while not await promise():  # noqa: ASYNC110  nobody there has an event to set
            await asyncio.sleep(0.05)
