"""Lessons over hotels that we made up from topics.toml: what a note says, omits and denies.

Each hotel has one note on each topic, of one to four facts in their own order, and asks about what
its note tells ("told"), what follows from its no ("denied"), what it leaves out ("omitted"), and
what it has no note on ("unwritten"); some of it as a follow-up.
"""

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llm.base import Source
from llm.training.dataset.building import answered, asked, refused
from llm.training.dataset.cleaning import spoken, without_yes_or_no
from llm.training.dataset.slots import NAMES, Slots
from llm.training.rows import Row

HERE = Path(__file__).resolve().parent
HOTELS = 115
TOPICS_ASKED = 11
_ADDED = (
    "Please ask at reception if you have any questions.",
    "We look forward to your visit.",
    "Thank you!",
    "Ask our team if you need help.",
    "We are happy to help.",
    "Enjoy your stay.",
)


@dataclass(frozen=True)
class Note:
    """`answers` maps the number of a told fact to its answer; `denied` is a no that settles all."""

    topic: dict[str, Any]
    source: Source
    answers: dict[int, str]
    denied: bool


def written(chance: random.Random) -> Iterator[Row]:
    """The lessons of `HOTELS` hotels; their ids decide which part each is in."""
    topics = tomllib.loads((HERE / "topics.toml").read_text(encoding="utf-8"))["topic"]
    names = NAMES["hotel"]
    for number in range(HOTELS):
        yield from _Hotel(f"written-{number}", names[number % len(names)], topics, chance).rows()


class _Hotel:
    def __init__(
        self, id_: str, name: str, topics: list[dict[str, Any]], chance: random.Random
    ) -> None:
        self._id, self._name, self._chance = id_, name, chance
        self._slots = Slots(chance, name)
        self._notes = [self._note(topic) for topic in topics]

    def rows(self) -> Iterator[Row]:
        for note in self._chance.sample(self._notes, TOPICS_ASKED):
            yield from self._told(note)
            if self._chance.random() < 0.35:
                yield from self._denied(note) if note.denied else self._omitted(note)
            if self._chance.random() < 0.12:
                yield self._unwritten(note)
            if self._chance.random() < 0.3:
                yield from self._followed_up(note)

    def _note(self, topic: dict[str, Any]) -> Note:
        facts, chance = topic["fact"], self._chance
        says = {0: self._say(facts[0])}
        denied = topic.get("gated", False) and says[0][1].startswith(("No,", "No "))
        more = range(1, 1 if denied else len(facts))
        for fact in chance.sample(more, min(len(more), chance.choice((0, 1, 2, 2, 3)))):
            says[fact] = self._say(facts[fact])
        lines = [note for note, _ in says.values()]
        if chance.random() < 0.3:
            chance.shuffle(lines)
        if chance.random() < 0.15:
            lines.append(chance.choice(_ADDED))
        source = Source("faq", "", chance.choice(topic["titles"]), " ".join(lines), 1.0, "en")
        return Note(topic, source, {fact: answer for fact, (_, answer) in says.items()}, denied)

    def _say(self, fact: dict[str, Any]) -> tuple[str, str]:
        values = self._slots.values()
        note, answer = self._chance.choice(fact["says"])
        return values.fill(note), values.fill(answer)

    def _told(self, note: Note) -> Iterator[Row]:
        for fact in self._chance.sample(sorted(note.answers), min(2, len(note.answers))):
            yield self._answer(note, self._ask(note, fact), note.answers[fact], _kind(note, fact))

    def _denied(self, note: Note) -> Iterator[Row]:
        """Who asks when the pool opens, of a hotel without one, hears that there is none."""
        fact = self._chance.randrange(1, len(note.topic["fact"]))
        answer = without_yes_or_no(note.answers[0])
        yield self._answer(note, self._ask(note, fact), answer, "denied")

    def _omitted(self, note: Note) -> Iterator[Row]:
        for fact in self._left_out(note)[:1]:
            sources = [note.source, *self._others(note, kin=False)]
            self._chance.shuffle(sources)
            yield refused(self._id, "omitted", asked(self._ask(note, fact), self._name), sources)

    def _unwritten(self, note: Note) -> Row:
        question = asked(
            self._ask(note, self._chance.randrange(len(note.topic["fact"]))), self._name
        )
        return refused(self._id, "unwritten", question, self._others(note, kin=False, least=1))

    def _followed_up(self, note: Note) -> Iterator[Row]:
        """ "And how much is it?", told or left out."""
        facts = note.topic["fact"]
        before = self._chance.choice(facts[0]["ask"])
        told = [fact for fact in note.answers if fact and "then" in facts[fact]]
        omitted = [fact for fact in self._left_out(note) if "then" in facts[fact]]
        if told:
            fact = self._chance.choice(told)
            question = self._chance.choice(facts[fact]["then"])
            yield self._answer(note, question, note.answers[fact], "follow-up", before)
        elif omitted and not note.denied:
            question = asked(self._chance.choice(facts[omitted[0]]["then"]), self._name, before)
            sources = [note.source, *self._others(note, kin=False)]
            yield refused(self._id, "follow-up-omitted", question, sources)

    def _left_out(self, note: Note) -> list[int]:
        left = [fact for fact in range(len(note.topic["fact"])) if fact not in note.answers]
        self._chance.shuffle(left)
        return left

    def _ask(self, note: Note, fact: int) -> str:
        return spoken(self._chance, self._chance.choice(note.topic["fact"][fact]["ask"]))

    def _answer(self, note: Note, question: str, answer: str, kind: str, before: str = "") -> Row:
        if not before and self._chance.random() < 0.12:
            before = self._chance.choice(self._chance.choice(self._notes).topic["fact"][0]["ask"])
        asks = asked(question, self._name, before)
        shown = self._others(note)
        return answered(self._chance, asks, note.source, shown, (self._id, kind, answer))

    def _others(self, note: Note, *, kin: bool = True, least: int = 0) -> list[Source]:
        """Notes on other topics; without `kin`, on none that might answer the same question."""
        family = note.topic.get("kin")
        others = [
            each
            for each in self._notes
            if each is not note and (kin or family is None or each.topic.get("kin") != family)
        ]
        close = [each for each in others if family is not None and each.topic.get("kin") == family]
        pool = close if len(close) > 1 and self._chance.random() < 0.5 else others
        count = min(len(pool), max(least, self._chance.choice((0, 1, 2, 2))))
        return [each.source for each in self._chance.sample(pool, count)]


def _kind(note: Note, fact: int) -> str:
    says = note.topic["fact"][fact]["says"]
    if any(answer.startswith(("Yes", "No")) for _, answer in says):
        return "polarity"
    return "figures" if any("{" in told for told, _ in says) else "plain"
