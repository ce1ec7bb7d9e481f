"""Lessons over dishes and places, which read as menus and the staff's tips do when they are shown.

Whether a dish is safe for an allergy is never answered from its text; the product answers that
question from the kitchen's records, and the model has to leave it alone.
"""

import random
import tomllib
from collections.abc import Iterator
from typing import Any

from llm.base import Source
from llm.training.dataset.building import answered, asked, refused
from llm.training.dataset.cleaning import spoken
from llm.training.dataset.slots import NAMES, Slots
from llm.training.dataset.written import HERE
from llm.training.rows import Row

KITCHENS = 60
ASKED = 10
_PROPER = {"Caesar", "Greek", "Wiener", "Thai", "French", "Margherita", "Eggs", "Bircher"}


def items(chance: random.Random) -> Iterator[Row]:
    """The lessons of `KITCHENS` hotels; their ids decide which part each is in."""
    data = tomllib.loads((HERE / "items.toml").read_text(encoding="utf-8"))
    names = NAMES["hotel"]
    for number in range(KITCHENS):
        slots = Slots(chance, names[number % len(names)])
        hotel = (f"kitchen-{number}", names[number % len(names)])
        yield from _rows(chance, hotel, [_dish(chance, slots, data, d) for d in data["dish"]])
        yield from _rows(chance, hotel, [_place(chance, slots, data, p) for p in data["place"]], 2)


def _rows(
    chance: random.Random,
    hotel: tuple[str, str],
    all_items: list[dict[str, Any]],
    most: int = ASKED,
) -> Iterator[Row]:
    """One question for each of some items: one that it answers, or one in four that it does not."""
    for item in chance.sample(all_items, most):
        others = chance.sample([each for each in all_items if each is not item], 2)
        shown = [each["source"] for each in others[: chance.choice((0, 1, 2, 2))]]
        if chance.random() < 0.25:
            question = asked(spoken(chance, chance.choice(item["unanswered"])), hotel[1])
            yield refused(hotel[0], f"{item['kind']}-refused", question, [item["source"], *shown])
        else:
            wording, answer = chance.choice(item["answered"])
            question = asked(spoken(chance, wording), hotel[1])
            lesson = (hotel[0], item["kind"], answer)
            yield answered(chance, question, item["source"], shown, lesson)


def _dish(
    chance: random.Random, slots: Slots, data: dict[str, Any], dish: dict[str, Any]
) -> dict[str, Any]:
    fill, name = slots.values().fill, dish["name"]
    low, said, price = name[0].lower() + name[1:], dish["text"], fill("{price}")
    if name.split()[0] in _PROPER:
        low = name
    menu = chance.choice(list(data["menus"]))
    hours = fill("from {evening} to {close}") if chance.random() < 0.4 else ""
    sold_out = chance.random() < 0.12
    contains = dish.get("contains", "")
    facts = [
        said,
        f"It costs {price}",
        ", ".join(dish.get("diets", [])),
        f"Contains {contains}" if contains else "",
        f"Served {hours}" if hours else "",
        "Sold out at the moment" if sold_out else "",
        f"On the {menu} menu under {chance.choice(data['menus'][menu])}",
    ]
    known = {
        "price": f"The {low} costs {price}.",
        "inside": f"The {low} is {said[0].lower() if said.split()[0] not in _PROPER else said[0]}"
        f"{said[1:]}.",
        "menu": f"The {low} is on the {menu} menu.",
        "served": f"The {low} is served {hours}." if hours else "",
        "sold_out": f"I'm sorry, the {low} is sold out at the moment." if sold_out else "",
    }
    return _item("menu", name, facts, *_dish_questions(data["ask"], low, known, dish))


def _dish_questions(
    ask: dict[str, list[str]], name: str, known: dict[str, str], dish: dict[str, Any]
) -> tuple[list[tuple[str, str]], list[str]]:
    """What is answered about a dish, with the answers, and what is not."""
    diets = dish.get("diets", [])
    wordings = [
        (question.format(dish=name), answer)
        for about, answer in known.items()
        if answer
        for question in ask[about]
    ]
    for diet in diets:
        answer = f"Yes, the {name} is {diet.lower()}."
        wordings += [(each.format(dish=name, diet=diet.lower()), answer) for each in ask["diet"]]
    unanswered = [each.format(dish=name) for each in (*ask["allergy"], *ask["other"])]
    others = sorted({"Halal", "Kosher", "Vegan"} - set(diets))
    unanswered += [ask["diet"][0].format(dish=name, diet=diet.lower()) for diet in others]
    return wordings, unanswered


def _place(
    chance: random.Random, slots: Slots, data: dict[str, Any], place: dict[str, Any]
) -> dict[str, Any]:
    fill, name, ask = slots.values().fill, place["name"], data["ask_place"]
    where, far, hours = fill("{number} {street}"), fill("{metres} m"), fill("{open} to {close}")
    facts = [place["kind"], place["text"], f"At {where}", f"{far} from here", f"Open {hours}"]
    begin = name[0].upper() + name[1:]
    known = {
        "far": f"{begin} is {far} from here.",
        "where": f"{begin} is at {where}.",
        "open": f"{begin} is open from {hours}.",
        "why": f"{place['text']}.",
    }
    wordings = [
        (question.format(place=name), answer)
        for about, answer in known.items()
        for question in ask[about]
    ]
    title = begin.removeprefix("The ")
    return _item(
        "recommendation", title, facts, wordings, [q.format(place=name) for q in ask["other"]]
    )


def _item(
    kind: str,
    title: str,
    facts: list[str],
    wordings: list[tuple[str, str]],
    unanswered: list[str],
) -> dict[str, Any]:
    body = " ".join(f"{fact}." for fact in facts if fact)
    return {
        "kind": kind,
        "source": Source(kind, "", title, body, 1.0, "en"),
        "answered": [(question, answer.replace("m..", "m.")) for question, answer in wordings],
        "unanswered": unanswered,
    }
