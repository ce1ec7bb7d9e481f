"""What every guard promises, whichever model it follows."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Literal, Protocol

Failure = Literal[
    "number",
    "price",
    "time",
    "date",
    "phone",
    "url",
    "name",
    "polarity",
    "promise",
    "markup",
    "leak",
    "unsupported",
    "deviation",
]
"""Why a sentence of a model was not let out: one word, so that statistics can count it."""


class Guard(Protocol):
    """Stands between a model and the guest for one answer.

    `checked` and `replaced` count the model's sentences, `failures` says why each was replaced.
    `used` holds the indexes into the question's sources that the answer rests on, in order.
    """

    checked: int
    replaced: int
    failures: list[Failure]
    used: list[int]

    def follow(self, pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
        """What of the model's `pieces` the guest may read, or the sources' words instead."""
