"""The doors that take from buckets. What each lets through is in the settings, LIMITS."""

import math
from typing import Literal

from django.conf import settings

from concierge.limits import buckets, sources
from concierge.limits.buckets import Bucket
from concierge.telemetry.metrics import REFUSED

Door = Literal["page", "socket", "question", "handoff", "alarm", "ask", "login"]


async def seconds_to_wait(door: Door, **who: object) -> int:
    """Knock at a door: 0 lets in, else in how many whole seconds to come back.

    `who` names the sources of the knock: conversation, code, name, address. Those that are empty,
    or that the settings do not limit, do not count.
    """
    limits = settings.LIMITS[door]
    known = {source: name for source, name in who.items() if name and source in limits}
    refusal = await buckets.take(
        [Bucket(sources.key(door, source, name), limits[source]) for source, name in known.items()]
    )
    if refusal is None:
        return 0
    REFUSED.labels(door, list(known)[refusal.bucket]).inc()
    return math.ceil(refusal.seconds)


async def welcome(door: Door, **who: object) -> None:
    """What these sources took from a door's buckets is forgotten."""
    await buckets.fill([sources.key(door, source, name) for source, name in who.items()])


def in_words(seconds: int) -> str:
    """ "20 seconds", "6 minutes", "2 hours": for people, who come back a little late, not early."""
    for size, name in ((3600, "hour"), (60, "minute")):
        if seconds > 1.5 * size:
            return f"{math.ceil(seconds / size)} {name}s"
    return "a second" if seconds == 1 else f"{seconds} seconds"
