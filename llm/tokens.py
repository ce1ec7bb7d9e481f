"""Tokens that nobody counted, or that somebody counted wrong.

Budgets are kept in tokens, and the only one who counts them is the server that sells them. Where it
does not say, or what it says cannot be, a token is taken to be three bytes of UTF-8: English has
about four to a token, so a missing number costs a property more rather than less.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

BYTES_PER_TOKEN = 3
_MOST_BYTES_PER_TOKEN = 16  # no tokenizer's vocabulary is that long on average


def size(text: str) -> int:
    """Bytes of UTF-8; half a surrogate pair counts as one."""
    return len(text.encode("utf-8", "replace"))


def size_of_prompt(messages: Iterable[Mapping[str, Any]]) -> int:
    """Bytes of the messages' contents."""
    return sum(size(str(message.get("content"))) for message in messages)


def estimate(bytes_: int) -> int:
    """The tokens of a text of so many bytes, rounded up."""
    return -(-bytes_ // BYTES_PER_TOKEN)


def believed(reported: object, bytes_: int, most: int) -> int:
    """`reported` if a text of so many bytes can have as many tokens, else the estimate.

    `most` is what the server was allowed, for an answer, or what surrounds the text in a prompt:
    it may reach that, or a token for each byte, whichever is more.
    """
    least = bytes_ // _MOST_BYTES_PER_TOKEN
    if _is_count(reported) and least <= reported <= max(most, bytes_):
        return reported
    return estimate(bytes_)


def _is_count(reported: object) -> TypeGuard[int]:
    return isinstance(reported, int) and not isinstance(reported, bool)
