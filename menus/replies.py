"""Answers to questions about the menu: exact, from one SQL statement, never from a model."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from menus.allergens import Allergen
from menus.kitchen import kitchen_hours
from menus.naming import allergens_asked, dishes_meant
from menus.parser import MenuQuery, parse
from menus.phrases import allergen_names, say
from menus.query import Dish, find, local_time, with_kin
from menus.verdicts import WARNINGS, judge, verdict
from properties.contact import contact
from properties.models import Property

SHOWN = 12  # cards that a guest still looks through on a phone

Reason = Literal["menu_query", "kitchen_hours", "allergen_record"]


@dataclass(frozen=True)
class MenuReply:
    """`cards` are the dishes' own, `sources` what the answer is drawn from, in the same order."""

    text: str
    reason: Reason
    cards: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    handoff: Literal["allergen_unknown"] | None = None


def reply(
    property_: Property,
    text: str,
    language: str,
    now: datetime.datetime,
    context_titles: Sequence[str] = (),
) -> MenuReply | None:
    """None where it is no question about the menu. Asks the database once, or not at all.

    `context_titles` are the dishes of the answer before, which "it" stands for.
    """
    query = parse(text)
    if query is None:
        return None
    answering = Answering(property_, language, now)
    if query.asks == "allergy":
        return _reply(answering.say("tell"), "allergen_record", handoff="allergen_unknown")
    dishes = find(property_, query, now)
    if query.asks == "hours":
        return answering.hours(dishes)
    if query.asks == "verdict":
        return answering.verdicts(query, dishes, context_titles)
    return answering.listing(query, dishes)


@dataclass(frozen=True)
class Answering:
    property: Property
    language: str
    now: datetime.datetime

    def say(self, sentence: str, **values: object) -> str:
        return say(sentence, self.language, contact=contact(self.property), **values)

    def refer(self, dishes: Sequence[Dish] = ()) -> MenuReply:
        """To the staff: nothing was recorded, or it is open which dish is meant."""
        text = self.say("ambiguous", dishes=_names(dishes)) if dishes else self.say("refer")
        return _reply(text, "allergen_record", dishes, handoff="allergen_unknown")

    def hours(self, dishes: Sequence[Dish]) -> MenuReply | None:
        text = kitchen_hours(dishes, local_time(self.property, self.now), self.language)
        return MenuReply(text, "kitchen_hours") if text else None

    def verdicts(
        self, query: MenuQuery, dishes: Sequence[Dish], previous: Sequence[str]
    ) -> MenuReply | None:
        meant = dishes_meant(query, dishes, previous)
        if not meant and not query.certain:
            return None
        if len(meant) != 1:
            return self.refer(meant)
        return self.verdict(meant[0], allergens_asked(query, meant[0]))

    def verdict(self, dish: Dish, asked: frozenset[str]) -> MenuReply:
        """On what was asked; on all fourteen where no allergen was named."""
        wanted = asked or frozenset(dish.records) or frozenset(Allergen.values)
        kin = {each for each in with_kin(wanted) if judge(dish.records.get(each)) in WARNINGS}
        judged = [
            verdict(dish, allergen, self.language, self.property.time_zone)
            for allergen in Allergen.values
            if allergen in wanted | kin
        ]
        all_known = len(wanted) == len(Allergen) or bool(asked)
        unknown = not all_known or any(finding in {"unknown", "void"} for finding, _ in judged)
        closing = [self.say("others")] if not all_known else []
        closing.append(self.say("ask" if unknown else "tell"))
        text = " ".join([*(sentence for _, sentence in judged), *closing])
        return _reply(
            text, "allergen_record", [dish], handoff="allergen_unknown" if unknown else None
        )

    def listing(self, query: MenuQuery, dishes: Sequence[Dish]) -> MenuReply | None:
        if query.free_of:
            return self.free(query, dishes)
        if not dishes and query == MenuQuery("dishes", moment=query.moment):
            return None  # the meal is not on the menus here, but an FAQ may tell of it
        if query.order:
            dishes = [dish for dish in dishes if dish.price == dishes[0].price]
        text = self.say("found", dishes=self._list(dishes)) if dishes else self.say("nothing")
        return _reply(text, "menu_query", dishes)

    def free(self, query: MenuQuery, dishes: Sequence[Dish]) -> MenuReply:
        """What is verified is listed; what nobody checked is named apart and left to the staff."""
        checked = [dish for dish in dishes if dish.is_free_of(query.free_of)]
        unchecked = [dish for dish in dishes if dish not in checked]
        if query.order:
            checked = [dish for dish in checked if dish.price == checked[0].price]
        allergens = allergen_names(query.free_of, self.language)
        if not checked:
            text = self.say("nothing_checked", allergens=allergens)
            return _reply(text, "allergen_record", handoff="allergen_unknown")
        parts = [self.say("found_free", allergens=allergens, dishes=self._list(checked))]
        if unchecked:
            names = self._list(unchecked, priced=False)
            parts.append(self.say("unchecked", allergens=allergens, dishes=names))
        parts.append(self.say("tell"))
        return _reply(" ".join(parts), "allergen_record", checked)

    def _list(self, dishes: Sequence[Dish], priced: bool = True) -> str:
        named = [_priced(dish) if priced else dish.name for dish in dishes[:SHOWN]]
        if len(dishes) > SHOWN:
            named.append(self.say("more", count=len(dishes) - SHOWN))
        return ", ".join(named)


def _priced(dish: Dish) -> str:
    return f"{dish.name} ({dish.card['price']})" if dish.card["price"] else dish.name


def _names(dishes: Sequence[Dish]) -> str:
    return " / ".join(dish.name for dish in dishes[:SHOWN])


def _reply(
    text: str,
    reason: Reason,
    dishes: Sequence[Dish] = (),
    handoff: Literal["allergen_unknown"] | None = None,
) -> MenuReply:
    shown = dishes[:SHOWN]
    return MenuReply(
        text, reason, [dish.card for dish in shown], list(map(_source, shown)), handoff
    )


def _source(dish: Dish) -> dict[str, Any]:
    return {
        "type": "menu",
        "external_id": dish.external_id or str(dish.id),
        "title": dish.name,
        "score": 1.0,
    }
