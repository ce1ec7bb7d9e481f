"""What a conversation remembers, in a real Valkey, and who cannot read it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from itertools import count
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoConnection

from llm.base import Turn
from llm.memory import FORGOTTEN_SECONDS, TURNS, Forgotten, Memory

MASTER = "a master key of any length"
TOLD = [
    Turn("Is there a sauna?", "Yes, on the fifth floor.", ("Where is the sauna?",)),
    Turn("Und am Sonntag? 🧖", "Geöffnet ab 10 Uhr."),
]
_properties = count(3_000_000)


@pytest.fixture
def house() -> int:
    return next(_properties)


@pytest.fixture
def guest() -> UUID:
    return uuid4()


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with Redis.from_url(settings.REDIS_URL) as redis:
        yield redis


@pytest.fixture
def memory(redis: Redis) -> Memory:
    return Memory(redis, MASTER, ttl=60)


async def only_key(redis: Redis, house: int) -> bytes:
    (key,) = await redis.keys(f"memory:{house}:*")
    assert isinstance(key, bytes)
    return key


async def only_value(redis: Redis, house: int) -> bytes:
    value = await redis.get(await only_key(redis, house))
    assert isinstance(value, bytes)
    return value


async def test_turns_come_back_as_they_were(memory: Memory, house: int, guest: UUID) -> None:
    assert await memory.recall(house, guest) == []
    await memory.remember(house, guest, TOLD)
    assert await memory.recall(house, guest) == TOLD


async def test_it_survives_the_process_that_wrote_it(
    memory: Memory, redis: Redis, house: int, guest: UUID
) -> None:
    await memory.remember(house, guest, TOLD)
    assert await Memory(redis, MASTER, ttl=60).recall(house, str(guest)) == TOLD


async def test_the_last_turns_only(memory: Memory, house: int, guest: UUID) -> None:
    turns = [Turn(f"{n}?", f"{n}.") for n in range(TURNS + 3)]
    await memory.remember(house, guest, turns)
    assert await memory.recall(house, guest) == turns[-TURNS:]


async def test_what_is_forgotten_is_gone(
    memory: Memory, redis: Redis, house: int, guest: UUID
) -> None:
    await memory.remember(house, guest, TOLD)
    await memory.forget(house, guest)
    with pytest.raises(Forgotten):
        await memory.recall(house, guest)
    assert await only_value(redis, house) == b""


async def test_what_is_forgotten_is_not_remembered_again(
    memory: Memory, redis: Redis, house: int, guest: UUID
) -> None:
    await memory.forget(house, guest)
    # Another process was answering.
    with pytest.raises(Forgotten):
        await Memory(redis, MASTER, ttl=60).remember(house, guest, TOLD)
    assert await only_value(redis, house) == b""


async def test_that_it_was_forgotten_is_forgotten_in_time(
    memory: Memory, redis: Redis, house: int, guest: UUID
) -> None:
    await memory.forget(house, guest)
    assert 0 < await redis.ttl(await only_key(redis, house)) <= FORGOTTEN_SECONDS


async def test_it_expires(redis: Redis, house: int, guest: UUID) -> None:
    memory = Memory(redis, MASTER, ttl=1)
    await memory.remember(house, guest, TOLD)
    assert 0 < await redis.pttl(await only_key(redis, house)) <= 1000
    await redis.pexpire(await only_key(redis, house), 1)
    await asyncio.sleep(0.01)
    assert await memory.recall(house, guest) == []


async def test_nothing_of_it_can_be_read_in_valkey(
    memory: Memory, redis: Redis, house: int, guest: UUID
) -> None:
    await memory.remember(house, guest, TOLD)
    value = await only_value(redis, house)
    for word in (b"sauna", b"Yes", b"Sonntag"):
        assert word not in value


async def test_a_stranger_remembers_nothing_of_it(memory: Memory, house: int, guest: UUID) -> None:
    await memory.remember(house, guest, TOLD)
    assert await memory.recall(next(_properties), guest) == []
    assert await memory.recall(house, uuid4()) == []


async def test_a_value_opens_only_where_it_was_put(
    memory: Memory, redis: Redis, house: int, guest: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    await memory.remember(house, guest, TOLD)
    value = await only_value(redis, house)
    other_house, other_guest = next(_properties), uuid4()
    for place in ((house, other_guest), (other_house, guest)):
        await redis.set("memory:{}:{}".format(*place), value, ex=60)
        assert await memory.recall(*place) == []
    assert "unreadable" in caplog.text
    assert "sauna" not in caplog.text


@pytest.mark.parametrize("damage", [b"\0", b"short", b"\0" * 200])
async def test_a_damaged_value_is_no_memory(
    memory: Memory, redis: Redis, house: int, guest: UUID, damage: bytes
) -> None:
    await redis.set(f"memory:{house}:{guest}", damage, ex=60)
    assert await memory.recall(house, guest) == []


async def test_another_master_key_opens_nothing(
    memory: Memory, redis: Redis, house: int, guest: UUID
) -> None:
    await memory.remember(house, guest, TOLD)
    assert await Memory(redis, "another key", ttl=60).recall(house, guest) == []


async def test_the_same_words_are_sealed_differently_each_time(
    memory: Memory, redis: Redis, house: int, guest: UUID
) -> None:
    values = set()
    for _ in range(3):
        await memory.remember(house, guest, TOLD)
        values.add(await only_value(redis, house))
    assert len(values) == 3


async def test_guests_of_one_moment_share_a_trip_and_get_their_own(
    memory: Memory, redis: Redis, house: int
) -> None:
    guests = [uuid4() for _ in range(300)]
    await asyncio.gather(
        *(memory.remember(house, guest, [Turn(str(guest), "")]) for guest in guests)
    )
    told = await asyncio.gather(*(memory.recall(house, guest) for guest in guests))
    assert [turns[0].question for turns in told] == [str(guest) for guest in guests]
    assert (await redis.info("clients"))["connected_clients"] < 50


async def test_without_valkey_the_chat_goes_on(
    house: int, guest: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    async with Redis.from_url("redis://127.0.0.1:1") as nowhere:
        memory = Memory(nowhere, MASTER, ttl=60)
        with caplog.at_level(logging.WARNING):
            await memory.remember(house, guest, TOLD)
            assert await memory.recall(house, guest) == []
        assert "sauna" not in caplog.text
        with pytest.raises(NoConnection):
            await memory.forget(house, guest)
