"""What the checker learns from, read: properties with their FAQs, guests' turns, and our own rows.

guest_questions.jsonl holds FAQs, questions that they answer (`asks`) and near misses (`near`) by
topic; `match` and `unless` find the topic of anybody's FAQ by its title. Topics of one family are
about the same thing. guest_items.jsonl holds dishes and places, asked for by name or by tag.
"""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from retrieval.embedders.base import Embedder, Vectors
from retrieval.embedders.formula import embed_items, embed_question, without_name

HERE = Path(__file__).resolve().parent
NEAR_DUPLICATE = 0.6
"""Cosine from which two FAQs of one property are taken to be about the same question."""


@dataclass(frozen=True)
class Faq:
    id: str
    title: str
    body: str
    topic: str | None
    family: str | None


@dataclass(frozen=True)
class Place:
    """A property with its FAQs, names taken out, and their vectors (len(faqs), dimensions)."""

    id: str
    kind: str
    name: str
    faqs: tuple[Faq, ...]
    vectors: Vectors

    def near_duplicates(self, right: Sequence[str]) -> set[str]:
        """The ids in `right`, and of every FAQ that is about the same question as one of them."""
        rows = [n for n, faq in enumerate(self.faqs) if faq.id in right]
        close = (self.vectors @ self.vectors[rows].T).max(axis=1) >= NEAR_DUPLICATE
        return {faq.id for faq, near in zip(self.faqs, close, strict=True) if near} | set(right)


@dataclass(frozen=True)
class Turn:
    """A guest's turn: the FAQs that answer it by property, and all properties it is about.

    A turn that needs no knowledge is about none; it is given one by chance, to be asked there.
    """

    question: str
    right: dict[str, list[str]]
    places: frozenset[str]
    needs_knowledge: bool


class Data:
    """All that there is to learn from, read once; `directory` is the folder of public data."""

    def __init__(self, directory: Path, embedder: Embedder) -> None:
        self.embedder = embedder
        self.ours = rows(HERE / "guest_questions.jsonl")
        items = rows(HERE / "guest_items.jsonl")
        self.items = [row for row in items if "title" in row]
        self.tags = [row for row in items if "tag" in row]
        self.places = {
            row["id"]: self._place(row) for row in rows(directory / "dstc9" / "properties.jsonl")
        }
        chance = random.Random(0)  # noqa: S311 (no secret depends on it)
        self.turns = [
            turn(row, chance.choice(sorted(self.places)))
            for row in rows(directory / "dstc11" / "turns.jsonl")
        ]
        self.desk = [row["question"] for row in rows(directory / "nlupp" / "hotel_questions.jsonl")]

    @cached_property
    def own_faqs(self) -> list[Faq]:
        return [
            Faq(row["topic"], title, body, row["topic"], row["family"])
            for row in self.ours
            for title, body in row["faqs"]
        ]

    def vector(self, question: str, place: Place) -> Vectors:
        return embed_question(self.embedder, question, place.name)

    def topic(self, title: str) -> tuple[str | None, str | None]:
        """The topic that a title is of, and the topic's family."""
        for row in self.ours:
            unless = row.get("unless")
            if re.search(row["match"], title, re.IGNORECASE) and not (
                unless and re.search(unless, title, re.IGNORECASE)
            ):
                return row["topic"], row["family"]
        return None, None

    def _place(self, row: dict[str, Any]) -> Place:
        name = row["name"]
        texts = [
            (without_name(each["question"], name), without_name(each["answer"], name))
            for each in row["faqs"]
        ]
        faqs = [
            Faq(each["id"], title, body, *self.topic(title))
            for each, (title, body) in zip(row["faqs"], texts, strict=True)
        ]
        vectors = embed_items(self.embedder, texts, name)
        return Place(row["id"], row["kind"], name, tuple(faqs), vectors)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def turn(row: dict[str, Any], anywhere: str) -> Turn:
    right: dict[str, list[str]] = {}
    for piece in row["knowledge"]:
        if piece["type"] == "faq":
            right.setdefault(piece["property"], []).append(piece["doc"])
    places = frozenset(piece["property"] for piece in row["knowledge"]) or {anywhere}
    return Turn(row["question"], right, frozenset(places), row["needs_knowledge"])
