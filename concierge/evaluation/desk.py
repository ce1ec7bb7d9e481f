"""A front desk's questions, with what a right reaction to each is, as a folder holds them."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

from concierge.chat.protocol import FrameError, clean_question
from concierge.importing import BadLine, PropertyRow, parse_line, reasons

Kind = Literal["answer", "none", "menu", "allergen", "handoff", "request", "talk"]
Key = tuple[str, str]
"""A text's kind and its id in the house: ("faq", "breakfast-hours")."""
Line = tuple[int, str]
"""A line's number in its file, and the line."""

HOUSES, QUESTIONS = "properties.jsonl", "questions.jsonl"
MOST_TOLD = 10
"""Bad lines that are named; of the others only how many there are."""

T = TypeVar("T")


class BadFolder(Exception):
    """A folder that cannot be used; the message names each place and the reason, and no words."""


def _one_or_several(keys: Any) -> Any:
    """A single text is written as itself by some."""
    is_one = isinstance(keys, list) and keys and isinstance(keys[0], str)
    return [keys] if is_one else keys


Keys = Annotated[list[Key], BeforeValidator(_one_or_several)]


class Gold(BaseModel, frozen=True):
    """What a right reaction is; which fields there are depends on the question's kind.

    `any`: each of these texts alone answers, `all`: they do together. `say` holds facts of a right
    answer, each a list of alternatives, `never` what only a wrong one says.
    """

    any: Keys = []
    all: Keys = []
    say: list[list[str]] = []
    never: list[str] = []
    items: list[str] | None = None
    item: str | None = None
    allergen: str = ""
    record: Literal["contains", "may_contain", "verified_free", "unknown"] | None = None
    reason: Literal["safety", "complaint", "asked_for"] | None = None
    faq: Keys = []

    @property
    def right(self) -> frozenset[Key]:
        return frozenset(self.any or self.all)


NEEDED: Mapping[Kind, tuple[str, ...]] = {
    "answer": ("any", "all"),
    "menu": ("items",),
    "allergen": ("record",),
    "handoff": ("reason",),
}
"""Of a kind's gold one of these, or nothing can be judged."""


class Question(BaseModel, frozen=True):
    id: str = Field(min_length=1)
    house: str = Field(alias="property")
    language: str = Field(min_length=2)
    history: list[tuple[Literal["guest", "concierge"], str]] = []
    text: str = Field(alias="question")
    kind: Kind
    style: list[str] = []
    gold: Gold

    @model_validator(mode="after")
    def can_be_asked_and_judged(self) -> "Question":
        try:
            clean_question(self.text)
        except FrameError as error:
            raise ValueError(error.message) from None
        needed = NEEDED.get(self.kind, ())
        if needed and all(getattr(self.gold, name) in (None, []) for name in needed):
            raise ValueError(f"the gold of kind {self.kind!r} lacks `{'` or `'.join(needed)}`")
        return self


@dataclass(frozen=True)
class Desk:
    houses: Mapping[str, PropertyRow]
    questions: tuple[Question, ...]

    def of(self, houses: Collection[str], most: int | None = None) -> "Desk":
        """What is asked at these houses: `most` questions by chance, always the same ones.

        The order is by chance, too: each stretch of it is like the whole. Raises BadFolder.
        """
        if unknown := sorted(set(houses) - set(self.houses)):
            raise BadFolder(f"There is no house {', '.join(unknown)} in the folder.")
        asked = sorted((each for each in self.questions if each.house in houses), key=_chance)
        asked = asked[:most]
        if not asked:
            raise BadFolder("No question of the folder is about these houses.")
        met = {each.house for each in asked}
        return Desk({id_: row for id_, row in self.houses.items() if id_ in met}, tuple(asked))


def parse_desk(houses: Iterable[Line], questions: Iterable[Line]) -> Desk:
    """From the lines of both files. Raises BadFolder, which names every line that is bad."""
    rows = _parsed(HOUSES, houses, parse_line)
    known = {row.id: row for row in rows}

    def parse_question(line: str) -> Question:
        question = _question(line)
        if question.house not in known:
            raise BadLine(f"there is no house {question.house!r} in {HOUSES}")
        return question

    return Desk(known, tuple(_parsed(QUESTIONS, questions, parse_question)))


def _question(line: str) -> Question:
    try:
        return Question.model_validate_json(line)
    except ValidationError as error:
        raise BadLine(reasons(error)) from None


def _parsed(file: str, lines: Iterable[Line], parse: Callable[[str], T]) -> list[T]:
    found, bad, ids = [], [], set[str]()
    for number, line in lines:
        try:
            row = parse(line)
            id_ = str(row.id)  # type: ignore[attr-defined]
            if id_ in ids:
                raise BadLine(f"the id {id_!r} stands more than once")
        except BadLine as error:
            bad.append(f"{file}:{number}: {error}")
        else:
            ids.add(id_)
            found.append(row)
    if more := bad[MOST_TOLD:]:
        bad[MOST_TOLD:] = [f"and {len(more)} more lines"]
    if bad:
        raise BadFolder("\n".join(bad))
    if not found:
        raise BadFolder(f"{file} holds nothing.")
    return found


def _chance(question: Question) -> bytes:
    return hashlib.sha256(question.id.encode()).digest()
