"""The rows of the test that people answered: DSTC9's questions at properties kept for the test.

What the guest wrote is not in that data, only the title of the FAQ that answers. So a question is
asked in the title's words ("people"), and where another property has an FAQ of the same topic also
in the words of that one's title ("reworded"), as a guest would. The notes are the best that search
finds; without the right one among them a row is "missed". "unanswerable" are rows without the right
FAQ and its near-duplicates.
"""

import hashlib
import re
from functools import cached_property
from typing import NamedTuple

from concierge.model_test.offline_search import OfflineSearch
from llm.base import Question
from llm.local_prompt import UNKNOWN
from llm.training.dataset.public import Faq, Place, PublicData
from llm.training.judge.polarity import says_no
from llm.training.rows import Row, part_of

SAMPLE = 300
"""Answers by people that are asked unless all are; the test's properties have 1,210."""

UNANSWERABLE = 100


class Answered(NamedTuple):
    home: "Home"
    faq: Faq
    answer: str


class Home:
    """A property of the test, ready to search."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.faqs = list(place.faqs.values())
        self.search = OfflineSearch([faq.source for faq in self.faqs], place.name)

    def row(self, kind: str, asked: str, faq: Faq, answer: str) -> Row:
        """`asked` with what search finds; "missed" if that lacks `faq`."""
        notes = tuple(self.search.best(asked))
        at = [note.external_id for note in notes]
        gold = at.index(faq.id) if faq.id in at else None
        question = Question(asked, "en", self.place.name, notes)
        return Row(self.place.id, "missed" if gold is None else kind, question, answer, gold)

    def row_without(self, faq: Faq) -> Row:
        near = self.search.near_duplicates(self.faqs.index(faq))
        notes = tuple(self.search.best(faq.title, without=near))
        question = Question(faq.title, "en", self.place.name, notes)
        return Row(self.place.id, "unanswerable", question, UNKNOWN, None)


class People:
    """What DSTC9 has of the properties kept for the test."""

    def __init__(self, data: PublicData) -> None:
        self._homes = {
            id_: Home(place) for id_, place in data.places.items() if part_of(id_) == "test"
        }
        answered = [
            Answered(home, home.place.faqs[row["faq"]], row["answer"])
            for row in data.answers
            if (home := self._homes.get(row["property"]))
        ]
        self._answered = sorted(answered, key=lambda each: _digest(each.answer, each.faq.title))

    def rows(self, everything: bool = False) -> list[Row]:
        """Always the same ones, in the same order; with `everything` all that there are."""
        answered = self._answered if everything else self._answered[:SAMPLE]
        by_faq = {(each.home.place.id, each.faq.id): each for each in self._answered}
        unanswered = list(by_faq.values())[: None if everything else UNANSWERABLE]
        return [
            *(home.row("people", faq.title, faq, answer) for home, faq, answer in answered),
            *(
                each.home.row("reworded", asked, each.faq, each.answer)
                for each in answered
                if (asked := self._other_words(each))
            ),
            *(each.home.row_without(each.faq) for each in unanswered),
        ]

    def _other_words(self, answered: Answered) -> str:
        """The title of another property's FAQ of the same topic; "" if none is.

        None that an FAQ of this property has: that one would answer it.
        """
        faq, own = answered.faq, answered.home.place.name
        taken = {_bare(each.title) for each in answered.home.faqs}
        titles = [
            title
            for title, name in self._titles.get(faq.topic, [])
            if name != own and _bare(title) not in taken and says_no(title) == says_no(faq.title)
        ]
        return min(titles, key=lambda title: _digest(title, answered.answer), default="")

    @cached_property
    def _titles(self) -> dict[str, list[tuple[str, str]]]:
        """Topic → (title, property's name), of titles that name no property."""
        titles: dict[str, list[tuple[str, str]]] = {}
        for home in self._homes.values():
            name = home.place.name
            for faq in home.faqs:
                if faq.topic and not _names(faq.title, name):
                    titles.setdefault(faq.topic, []).append((faq.title, name))
        return titles


def _names(text: str, name: str) -> bool:
    """Whether any longer word of `name` is in `text`."""
    return any(len(word) > 3 and word in _bare(text) for word in _bare(name).split())


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()


def _digest(*texts: str) -> bytes:
    """An order by chance that never changes."""
    return hashlib.sha256("\0".join(texts).encode()).digest()
