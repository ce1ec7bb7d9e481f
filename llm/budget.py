"""What a property may spend a day, in tokens and in money.

One hash a property and day in Valkey holds what is spent and what answers in flight may still
spend. An answer's most is reserved before it is asked for and settled after it, each in one script,
so answers that start together cannot overshoot together. A process that dies leaves its reservation
standing: the day then ends a little early, never late. A reservation has a mark of its own in the
hash until it is settled, so a script that a client sends again counts once.

Money is counted in millionths of the budget's currency, whole numbers, rounded up once an answer.
"""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import uuid4

from redis.asyncio import Redis
from redis.exceptions import RedisError

from llm.base import ModelError

MICRO = 1_000_000
WARN_PERCENT = 80
_KEPT_SECONDS = 2 * 24 * 3600
_NO_LIMIT = -1

_RESERVE = """
if redis.call('HEXISTS', KEYS[1], ARGV[6]) == 1 then return 1 end
local tokens = tonumber(redis.call('HGET', KEYS[1], 'tokens') or 0) + ARGV[1]
local money = tonumber(redis.call('HGET', KEYS[1], 'money') or 0) + ARGV[2]
local most_tokens, most_money = tonumber(ARGV[3]), tonumber(ARGV[4])
if (most_tokens >= 0 and tokens > most_tokens) or (most_money >= 0 and money > most_money) then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[6], 1)
redis.call('HINCRBY', KEYS[1], 'tokens', ARGV[1])
redis.call('HINCRBY', KEYS[1], 'money', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
"""

_SETTLE = """
if redis.call('HDEL', KEYS[1], ARGV[6]) == 0 then return 0 end
local tokens = redis.call('HINCRBY', KEYS[1], 'tokens', ARGV[1])
local money = redis.call('HINCRBY', KEYS[1], 'money', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[5])
local warn_tokens, warn_money = tonumber(ARGV[3]), tonumber(ARGV[4])
if (warn_tokens >= 0 and tokens >= warn_tokens) or (warn_money >= 0 and money >= warn_money) then
  return redis.call('HSETNX', KEYS[1], 'warned', 1)
end
return 0
"""


class BudgetUnknown(ModelError):
    """Valkey did not say what is spent. Whoever cannot count does not spend."""

    def __init__(self) -> None:
        super().__init__("The budget is not known", permanent=False, reason="budget_unknown")


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in the currency of the budget."""

    prompt: Decimal = Decimal(0)
    completion: Decimal = Decimal(0)

    def micros(self, prompt_tokens: int, completion_tokens: int) -> int:
        """Millionths of the currency, rounded up: so much a million is so many millionths each."""
        return math.ceil(self.prompt * prompt_tokens + self.completion * completion_tokens)


@dataclass(frozen=True, slots=True)
class Limits:
    """A day's most, None for no limit; `money` in the currency of the budget."""

    tokens: int | None = None
    money: Decimal | None = None

    @property
    def micros(self) -> int | None:
        return None if self.money is None else int(self.money * MICRO)


@dataclass(frozen=True, slots=True)
class Spent:
    """`money` in the budget's currency; `share` of the limit that is nearer, 0 without limits."""

    tokens: int
    money: Decimal
    share: float


class Reservation(NamedTuple):
    """What one answer may cost at most; `money` in millionths."""

    property_id: int
    day: date
    tokens: int
    money: int
    limits: Limits
    mark: str


class Budget:
    """The days of all properties. Every method raises `BudgetUnknown` if Valkey does not answer
    within `patience_seconds`: guests are waiting.
    """

    def __init__(self, redis: Redis, patience_seconds: float = 0.5) -> None:
        self._redis = redis
        self._patience = patience_seconds
        self._reserve = redis.register_script(_RESERVE)
        self._settle = redis.register_script(_SETTLE)

    async def reserve(
        self, property_id: int, day: date, tokens: int, money: int, limits: Limits
    ) -> Reservation | None:
        """Set aside what an answer may cost, `money` in millionths; None if it is not left."""
        most = [_limit(limits.tokens), _limit(limits.micros)]
        wanted = Reservation(property_id, day, tokens, money, limits, mark=uuid4().hex)
        granted = await self._run(self._reserve, wanted, [tokens, money, *most])
        return wanted if granted else None

    async def settle(self, reservation: Reservation, tokens: int, money: int) -> bool:
        """Put what an answer did cost in the place of what it might have.

        True once a day: when this answer takes its property to `WARN_PERCENT` of a limit. Does
        nothing to what is settled.
        """
        limits = reservation.limits
        over = [tokens - reservation.tokens, money - reservation.money]
        warn = [_limit(limits.tokens, WARN_PERCENT), _limit(limits.micros, WARN_PERCENT)]
        return await self._run(self._settle, reservation, [*over, *warn])

    async def spent(self, property_id: int, day: date, limits: Limits) -> Spent:
        """The day so far, reservations of answers in flight included."""
        async with self._patiently():
            found = await self._redis.hmget(_key(property_id, day), ["tokens", "money"])
        tokens, micros = (int(value or 0) for value in found)
        shares = [_share(tokens, limits.tokens), _share(micros, limits.micros)]
        return Spent(tokens, Decimal(micros) / MICRO, max(shares))

    async def _run(self, script: Any, reservation: Reservation, args: list[int]) -> bool:
        key = _key(reservation.property_id, reservation.day)
        async with self._patiently():
            return bool(await script([key], [*args, _KEPT_SECONDS, reservation.mark]))

    @asynccontextmanager
    async def _patiently(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience):
                yield
        except (RedisError, OSError, TimeoutError) as error:
            raise BudgetUnknown from error


def _key(property_id: int, day: date) -> str:
    return f"budget:{property_id}:{day.isoformat()}"


def _limit(most: int | None, percent: int = 100) -> int:
    return _NO_LIMIT if most is None else most * percent // 100


def _share(spent: int, most: int | None) -> float:
    if most is None:
        return 0.0
    return spent / most if most else 1.0
