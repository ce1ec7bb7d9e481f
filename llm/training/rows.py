"""One lesson of the local model, and the split of lessons by property."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from llm.base import Question

Part = Literal["train", "dev", "test"]

_TEST, _DEV = 20, 25
"""Of 100: properties below the first are kept for the test, below the second for choosing."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the model is asked, with which notes, and what it should say.

    `property_id` is what the split goes by. `kind` says where the row comes from. `gold` is the
    index of the source that answers; None where none does, and then `answer` is
    `local_prompt.UNKNOWN`. `fact` is the text of that source, "" without one.
    """

    property_id: str
    kind: str
    question: Question
    answer: str
    gold: int | None

    @property
    def fact(self) -> str:
        return "" if self.gold is None else self.question.sources[self.gold].text


def part_of(property_id: str) -> Part:
    """Always the same part for a property, whatever else there is: no property is in two."""
    digest = hashlib.sha256(property_id.encode()).digest()
    bucket = int.from_bytes(digest[:4], "big") % 100
    return "test" if bucket < _TEST else "dev" if bucket < _DEV else "train"
