"""What every guard promises, whichever model it follows."""

from collections.abc import AsyncGenerator
from typing import Literal, Protocol

from llm.base import Stream

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
    "repetition",
    "deviation",
]
"""Why a sentence of a model was not let out: one word, so that statistics can count it."""


class Guard(Protocol):
    """Stands between a model and the guest for one answer.

    `checked` and `replaced` count the model's sentences, `failures` says why each was replaced.
    """

    checked: int
    replaced: int
    failures: list[Failure]

    @property
    def used(self) -> list[int]:
        """Indexes into the question's sources that the answer rests on, in order.

        Of an answer, empty only where `said_unknown` is true.
        """

    @property
    def said_unknown(self) -> bool:
        """Whether the model said that it does not know, and nothing that rests on a source."""

    def follow(self, stream: Stream) -> AsyncGenerator[str, None]:
        """What of the model's words the guest may read, or the sources' words instead."""
