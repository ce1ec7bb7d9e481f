"""The public data, read: properties with their FAQs, people's answers, guests' turns.

guest_questions.jsonl is the project's own: FAQs, questions that they answer (`asks`) and near
misses (`near`) by topic; `match` and `unless` find the topic of anybody's FAQ by its title.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from string import capwords
from typing import Any

from llm.base import Source
from llm.guard.words import stems

_GUEST_QUESTIONS = Path(__file__).with_name("guest_questions.jsonl")
_IN_NAMES = r"bed (?:and|&) breakfast|b ?(?:and|&) ?b"
_SAME = 0.5
"""The share of stems from which two titles are taken to ask the same."""


@dataclass(frozen=True)
class Faq:
    """`topic` and `family` are "" for a title that no topic matches."""

    id: str
    title: str
    text: str
    topic: str = ""
    family: str = ""

    @property
    def source(self) -> Source:
        return Source("faq", self.id, self.title, self.text, 1.0, "en")

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems(self.title)


@dataclass(frozen=True)
class Place:
    """A property: a hotel or, without `hotel`, a restaurant; `faqs` by their ids."""

    id: str
    name: str
    hotel: bool
    faqs: dict[str, Faq]

    def nearest(self, question: str, faqs: Collection[Faq]) -> list[Faq]:
        """`faqs` by the words that titles and texts share with `question`, equals as they came."""
        asked = stems(question) - stems(self.name)
        return sorted(
            faqs,
            key=lambda faq: -2 * len(asked & faq.stems) - len(asked & stems(faq.text)),
        )

    def unrelated(self, faq: Faq) -> list[Faq]:
        """All FAQs that surely do not answer what `faq` does: of another family, in other words."""
        own = faq.stems - stems(self.name)
        return [
            each
            for each in self.faqs.values()
            if each.id != faq.id
            and not (faq.family and each.family == faq.family)
            and len(own & each.stems) < max(1, _SAME * min(len(own), len(each.stems)))
        ]


class PublicData:
    """`data` is the folder of public data."""

    def __init__(self, data: Path) -> None:
        self.topics = {row["topic"]: row for row in read(_GUEST_QUESTIONS)}
        self.answers = read(data / "dstc9" / "grounded_answers.jsonl")
        self.places = {
            row["id"]: self._place(row) for row in read(data / "dstc9" / "properties.jsonl")
        }
        self.turns = read(data / "dstc11" / "turns.jsonl")
        self.desk = [row["question"] for row in read(data / "nlupp" / "hotel_questions.jsonl")]

    def _place(self, row: dict[str, Any]) -> Place:
        name = capwords(row["name"]) if row["name"].isupper() else row["name"]
        faqs = [self._faq(each, row["name"]) for each in row["faqs"]]
        return Place(row["id"], name, row["kind"] == "hotel", {faq.id: faq for faq in faqs})

    def _faq(self, row: dict[str, Any], name: str) -> Faq:
        """An FAQ of the topic that its title is of, if that is clear."""
        title = re.sub(f"{re.escape(name)}|{_IN_NAMES}", "", row["question"], flags=re.IGNORECASE)
        matching = [topic for topic in self.topics.values() if _find(topic["match"], title)]
        clear = [each for each in matching if not _find(each.get("unless", "$^"), title)]
        if not clear or len({each["family"] for each in matching}) > 1:
            return Faq(row["id"], row["question"], row["answer"])
        topic = clear[0]
        return Faq(row["id"], row["question"], row["answer"], topic["topic"], topic["family"])

    @cached_property
    def own_faqs(self) -> Sequence[Faq]:
        """The FAQs of the topics' own, which no property of the public data has."""
        return [
            Faq(f"{topic}-{number}", title, text, topic, row["family"])
            for topic, row in self.topics.items()
            for number, (title, text) in enumerate(row["faqs"])
        ]


def _find(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return list(map(json.loads, file))
