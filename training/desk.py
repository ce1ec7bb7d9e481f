"""The front desk's rows (training/data): houses with their texts, what guests ask, and messages.

Three parts that never meet, split by house: `TAUGHT` is what models learn from, `TUNING` chooses
thresholds, and `ASIDE` is what is reported. docs/measurements/understanding.md names them.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from encoder import text_of

DATA = Path(__file__).resolve().parent / "data"
Part = Literal["taught", "tuning", "aside"]
Key = tuple[str, str]
"""A text's kind and its id in the house: ("faq", "breakfast-hours")."""

ASIDE = frozenset(
    {
        "asprogalazo", "bastide-aubelune", "dunaveely-castle", "grillo-zurdo", "kandilhane",
        "mizuhashi-toronto", "nordkontor", "poggio-ventarello", "salt-skerry", "tailwind-inn",
    }
)  # fmt: skip
TUNING = frozenset({"cortijo-fuentelaurel", "plonsduinen", "saltbush-crumb", "scheitlwirt"})
TENTHS: dict[int, Part] = {0: "aside", 1: "tuning", 5: "aside"}
"""Of the messages that the desk's writers gave, by the last digit of a hash: the rest is taught."""


@dataclass(frozen=True)
class House:
    id: str
    language: str
    texts: dict[Key, str]


@dataclass(frozen=True)
class Question:
    """`before` is what the guest asked before, oldest first; `right` the texts that answer."""

    id: str
    house: str
    language: str
    text: str
    before: tuple[str, ...]
    kind: str
    style: tuple[str, ...]
    gold: dict[str, Any]
    right: tuple[Key, ...]


@dataclass(frozen=True)
class Message:
    """What a guest writes that is read without the house's texts; `lane` is what it is."""

    language: str
    text: str
    lane: str
    part: Part


def part_of(house: str) -> Part:
    return "aside" if house in ASIDE else "tuning" if house in TUNING else "taught"


def houses() -> dict[str, House]:
    found = {}
    for row in _rows("houses*.jsonl"):
        texts = dict(_texts(row))
        found[row["id"]] = House(row["id"], row["language"], texts)
    return found


def questions(known: dict[str, House], *parts: Part) -> list[Question]:
    """Those of the houses of `parts`, in the order of the files."""
    return [
        _question(row, known[row["property"]])
        for row in _rows("questions*.jsonl")
        if part_of(row["property"]) in parts
    ]


def messages(*parts: Part) -> list[Message]:
    found = [
        Message(row["language"], row["text"], row["lane"], _part_of_message(row))
        for row in _rows("messages*.jsonl")
    ]
    return [each for each in found if each.part in parts]


def _part_of_message(row: dict[str, Any]) -> Part:
    """Only the desk's own have an id: what was written here afterwards is taught."""
    if "id" not in row:
        return "taught"
    digest = int(hashlib.sha256(row["id"].encode()).hexdigest(), 16)
    return TENTHS.get(digest % 10, "taught")


def _rows(pattern: str) -> Iterator[dict[str, Any]]:
    for path in sorted(DATA.glob(pattern)):
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)


def _texts(house: dict[str, Any]) -> Iterator[tuple[Key, str]]:
    """As the product writes them for search (`Document` of each kind), without what no guest asks
    for in words."""
    for faq in house["faqs"]:
        yield ("faq", faq["id"]), text_of(faq["question"], faq["answer"])
    for place in house.get("recommendations", ()):
        facts = [
            place.get("category", ""),
            place.get("tip", "").rstrip("."),
            f"At {place['place']}" if place.get("place") else "",
            f"Open {place['hours']}" if place.get("hours") else "",
        ]
        yield ("recommendation", place["id"]), text_of(place["name"], _sentences(facts))
    for menu in house.get("menus", ()):
        for section in menu["sections"]:
            for item in section["items"]:
                facts = [
                    item.get("description", "").rstrip("."),
                    f"It costs {item['price']} {house['currency']}" if item.get("price") else "",
                    ", ".join(item.get("diets", ())),
                    f"On the {menu['name']} menu under {section['name']}",
                ]
                yield ("item", item["id"]), text_of(item["name"], _sentences(facts))


def _sentences(facts: list[str]) -> str:
    return " ".join(f"{fact}." for fact in facts if fact)


def _question(row: dict[str, Any], house: House) -> Question:
    return Question(
        id=row["id"],
        house=house.id,
        language=row["language"],
        text=row["question"],
        before=tuple(text for who, text in row["history"] if who == "guest"),
        kind=row["kind"],
        style=tuple(row["style"]),
        gold=row["gold"],
        right=tuple(key for key in dict.fromkeys(_right(row)) if key in house.texts),
    )


def _right(row: dict[str, Any]) -> Iterator[Key]:
    gold, kind = row["gold"], row["kind"]
    for name in ("any", "all"):
        yield from (tuple(each) for each in gold.get(name, ()))
    if kind == "menu":
        yield from (("item", each) for each in gold.get("items", ()))
    elif kind == "allergen" and gold.get("item"):
        yield "item", gold["item"]
    elif kind == "request" and gold.get("faq"):
        named = gold["faq"]
        yield from (tuple(each) for each in ([named] if isinstance(named[0], str) else named))
