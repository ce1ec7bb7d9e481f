"""Calls of the same moment share a batch, and each gets its own reply."""

import asyncio
from collections.abc import Sequence

import pytest

from llm.batching import LONGEST, Batch


class Doubling:
    """Doubles numbers, one batch after the other, and notes how many came together."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def __call__(self, numbers: list[int]) -> Sequence[int]:
        self.sizes.append(len(numbers))
        await asyncio.sleep(0)
        if 13 in numbers:
            raise OSError("13")
        return [2 * number for number in numbers]


async def test_each_gets_its_own_reply() -> None:
    send = Doubling()
    batch = Batch(send)
    assert await asyncio.gather(*map(batch, range(10))) == list(range(0, 20, 2))
    assert send.sizes == [10]


async def test_the_next_batch_gathers_while_one_is_on_its_way() -> None:
    send = Doubling()
    batch = Batch(send)

    async def twice(number: int) -> int:
        return await batch(await batch(number))

    assert await asyncio.gather(*map(twice, range(5))) == [0, 4, 8, 12, 16]
    assert send.sizes == [5, 5]


async def test_no_batch_is_longer_than_allowed() -> None:
    send = Doubling()
    batch = Batch(send)
    await asyncio.gather(*map(batch, range(20, 20 + LONGEST + 1)))
    assert send.sizes == [LONGEST, 1]


async def test_an_error_is_everybodys_of_its_batch_and_nobody_elses() -> None:
    batch = Batch(Doubling())
    replies = await asyncio.gather(batch(1), batch(13), return_exceptions=True)
    assert [type(reply) for reply in replies] == [OSError, OSError]
    assert await batch(2) == 4


async def test_who_leaves_takes_nobody_along() -> None:
    batch = Batch(Doubling())
    leaving, staying = (asyncio.create_task(batch(number)) for number in (1, 2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 4
    with pytest.raises(asyncio.CancelledError):
        await leaving
