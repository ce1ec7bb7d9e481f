"""What one guest may ask of us, as the chat says it. The buckets are in concierge/limits."""

from concierge.answering import phrases
from concierge.chat.protocol import FrameError
from concierge.chat.tokens import Guest
from concierge.limits.doors import Door, in_words, seconds_to_wait
from properties.models import Property

MAX_AT_ONCE = 3
"""Answers in the making for one guest. More is a script, not a person."""


async def admit(guest: Guest, *, in_the_making: int) -> None:
    """Raises FrameError for a guest who asks too fast."""
    if in_the_making >= MAX_AT_ONCE:
        raise FrameError("too_many", "One moment please: your last questions come first.")
    if seconds := await held("question", guest):
        raise FrameError("too_many", please_wait(seconds), retry_after=seconds)


async def knock(guest: Guest | None, address: str) -> int:
    """At the chat's door, as `held`. Who shows no token, or a forged one, is known by address."""
    return await (held("socket", guest) if guest else seconds_to_wait("socket", address=address))


async def held(door: Door, guest: Guest) -> int:
    """For how many seconds; 0 is not at all."""
    return await seconds_to_wait(
        door, conversation=guest.conversation, code=guest.qr_code_id, address=guest.address
    )


async def calls_too_often(guest: Guest, *, urgent: bool) -> bool:
    """Whether staff was called from where this guest is more often than anybody needs."""
    return bool(await held("alarm" if urgent else "handoff", guest))


async def alarms_without_end(guest: Guest) -> bool:
    """Whether one guest alarms more often than anybody needs, and faster than anybody asks."""
    is_often = await seconds_to_wait("alarm", conversation=guest.conversation)
    return bool(is_often and await held("question", guest))


def please_wait(seconds: int) -> str:
    return f"That was a lot at once. Please ask again in {in_words(seconds)}."


def please_return(seconds: int, house: Property | None) -> str:
    """At most 123 bytes, as a socket's closing reason. Whom to call, only a known `house` says."""
    danger = f" In danger, call {phrases.emergency_number(house)}." if house else ""
    return f"Too many guests at once. Please come back in {in_words(seconds)}.{danger}"
