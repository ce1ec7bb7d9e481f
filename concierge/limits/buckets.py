"""Token buckets in Valkey: all that one knock takes from, in one round trip.

A bucket is one number, the time at which it would be full again (the generic cell rate algorithm,
ITU-T I.371): a source that stays within its rate keeps it in the past, and the key is gone.
The library `limits` 5.8 takes one key a round trip, and counts a refused knock in the buckets that
it asked first: a guest's own limit would empty the hotel's.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import NamedTuple

from redis.exceptions import RedisError

from concierge.limits.rates import Rate
from concierge.telemetry.metrics import LIMITS_MISSING
from concierge.valkey import PATIENCE_SECONDS, valkey

logger = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds for which nobody asks a Valkey that did not answer."""
PATIENCE_AFTERWARDS = 0.03
"""Seconds that the one who asks it again waits."""

TAKE = """
local time = redis.call("TIME")
local now = time[1] + time[2] / 1000000
local longest, emptiest, full = 0, 0, {}
for i, key in ipairs(KEYS) do
  local size, pace = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  full[i] = math.max(tonumber(redis.call("GET", key) or now), now) + pace
  local wait = full[i] - now - size * pace
  -- A clock's last digits are no reason to refuse.
  if wait > 0.001 and wait > longest then longest, emptiest = wait, i end
end
if emptiest == 0 then
  for i, key in ipairs(KEYS) do
    redis.call("SET", key, string.format("%.6f", full[i]), "PX", math.ceil((full[i] - now) * 1000))
  end
end
return {emptiest, string.format("%.3f", longest)}
"""

_blind_until = 0.0
"""On the monotonic clock: Valkey did not answer, so nothing is limited. Zero: all is well."""


class Bucket(NamedTuple):
    key: str
    rate: Rate


class Refusal(NamedTuple):
    """Which bucket is empty, and for how many seconds still."""

    bucket: int
    seconds: float


async def take(buckets: Sequence[Bucket]) -> Refusal | None:
    """Take one from each, or from none and say which is empty. None too where Valkey is away."""
    if not buckets or time.monotonic() < _blind_until:
        return None
    try:
        async with asyncio.timeout(_patience()):
            emptiest, seconds = await valkey().register_script(TAKE)(
                keys=[bucket.key for bucket in buckets],
                args=[part for bucket in buckets for part in (bucket.rate.size, bucket.rate.pace)],
            )
    except (RedisError, OSError) as error:  # TimeoutError is an OSError.
        _leave_alone(error)
        return None
    _believe_again()
    return Refusal(emptiest - 1, float(seconds)) if emptiest else None


async def fill(keys: Sequence[str]) -> None:
    """Forget what was taken from these buckets. Nothing where Valkey is away."""
    if not keys or time.monotonic() < _blind_until:
        return
    try:
        async with asyncio.timeout(_patience()):
            await valkey().delete(*keys)
    except (RedisError, OSError) as error:
        _leave_alone(error)


def _patience() -> float:
    """The first who meets a frozen Valkey waits, and only one a second after that, for less."""
    global _blind_until
    if not _blind_until:
        return PATIENCE_SECONDS
    _blind_until = time.monotonic() + PAUSE
    return PATIENCE_AFTERWARDS


def _leave_alone(error: Exception) -> None:
    global _blind_until
    if not _blind_until:
        logger.error("Nothing is limited while Valkey does not answer: %s", type(error).__name__)
    LIMITS_MISSING.set(1)
    _blind_until = time.monotonic() + PAUSE


def _believe_again() -> None:
    global _blind_until
    if _blind_until:
        logger.warning("Valkey answers again: limits hold")
    LIMITS_MISSING.set(0)
    _blind_until = 0.0
