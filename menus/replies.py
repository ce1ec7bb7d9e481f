"""Answers to questions about the menu: exact, from one SQL statement, never from a model."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from menus.allergens import Allergen
from menus.conversation import parse_in_turn
from menus.kitchen import kitchen_hours
from menus.naming import allergens_asked, dishes_meant
from menus.parser import MenuQuery
from menus.phrases import allergen_names, say
from menus.query import Dish, find, local_time, with_kin
from menus.verdicts import WARNINGS, judge, verdict
from properties.contact import contact
from properties.models import Property

SHOWN = 12  # cards that a guest still looks through on a phone

LABELS = frozenset({"halal", "kosher"})  # where no dish says so, nobody may have looked

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
    said_before: Sequence[str] = (),
) -> MenuReply | None:
    """None where it is no question about the menu. Asks the database once, or not at all.

    `context_titles` are the dishes of the answer before, which "it" stands for; `said_before` the
    guest's questions before this one, oldest first.
    """
    query = parse_in_turn(text, said_before)
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
    if query.cheaper and not {dish.name for dish in dishes} & set(context_titles):
        return None  # cheaper than what?
    if query.cheaper:
        dishes = _cheaper(dishes, context_titles)
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
        if query.asks == "contents":
            return self.contents(query.containing, dishes)
        wanted = [dish for dish in dishes if "contains" in _findings(dish, query.containing)]
        if query.free_of:
            return self.free(query, wanted if query.containing else dishes)
        if query.containing:
            return self.listed(wanted) if wanted else self.contents(query.containing, dishes)
        if not dishes and query == MenuQuery("dishes", moment=query.moment):
            return None  # the meal is not on the menus here, but an FAQ may tell of it
        if query.order:
            dishes = [dish for dish in dishes if dish.price == dishes[0].price]
        if not dishes and query.diets & LABELS:
            return _reply(self.say("no_label"), "menu_query")
        return self.listed(dishes)

    def listed(self, dishes: Sequence[Dish]) -> MenuReply:
        text = self.say("found", dishes=self._list(dishes)) if dishes else self.say("nothing")
        return _reply(text, "menu_query", dishes)

    def contents(self, asked: frozenset[str], dishes: Sequence[Dish]) -> MenuReply:
        """What is recorded of these allergens in every dish, and in which nothing is."""
        parts, warned = [], []
        for allergen in sorted(with_kin(asked), key=Allergen.values.index):
            for finding in ("contains", "may_contain"):
                found = [dish for dish in dishes if judge(dish.records.get(allergen)) == finding]
                if found:
                    name = allergen_names([allergen], self.language)
                    listed = self._list(found, priced=False)
                    parts.append(self.say(f"all_{finding}", allergen=name, dishes=listed))
                    warned += [dish for dish in found if dish not in warned]
        free = [dish for dish in dishes if dish.is_free_of(asked) and dish not in warned]
        unchecked = [dish for dish in dishes if {"unknown", "void"} & _findings(dish, asked)]
        if free:
            parts.append(self._free_of(asked, free))
        parts.append(self._unchecked(asked, unchecked) if unchecked else self.say("tell"))
        handoff: Literal["allergen_unknown"] | None = None
        if unchecked or not dishes:
            handoff = "allergen_unknown"
        if not dishes:
            parts = [self.say("refer")]
        return _reply(" ".join(parts), "allergen_record", [*warned, *free], handoff=handoff)

    def free(self, query: MenuQuery, dishes: Sequence[Dish]) -> MenuReply:
        """What is verified, and apart what nobody checked; where nothing is verified, the staff."""
        checked = [dish for dish in dishes if dish.is_free_of(query.free_of)]
        unchecked = [dish for dish in dishes if dish not in checked]
        if query.order:
            checked = [dish for dish in checked if dish.price == checked[0].price]
        allergens = allergen_names(query.free_of, self.language)
        known = allergen_names(query.avoided, self.language)
        parts = [self.say("you_avoid", allergens=known)] if query.reminded else []
        if not checked:
            parts.append(self.say("nothing_checked", allergens=allergens))
            if query.reminded and unchecked:
                parts.append(self._unchecked(query.free_of, unchecked))
            return _reply(" ".join(parts), "allergen_record", handoff="allergen_unknown")
        parts.append(self._free_of(query.free_of, checked))
        if unchecked:
            parts.append(self._unchecked(query.free_of, unchecked))
        parts.append(self.say("tell"))
        return _reply(" ".join(parts), "allergen_record", checked)

    def _free_of(self, allergens: frozenset[str], dishes: Sequence[Dish]) -> str:
        names = allergen_names(allergens, self.language)
        return self.say("found_free", allergens=names, dishes=self._list(dishes))

    def _unchecked(self, allergens: frozenset[str], dishes: Sequence[Dish]) -> str:
        names = allergen_names(allergens, self.language)
        listed = self._list(dishes, priced=False)
        return self.say("unchecked", allergens=names, dishes=listed)

    def _list(self, dishes: Sequence[Dish], priced: bool = True) -> str:
        named = [_priced(dish) if priced else dish.name for dish in dishes[:SHOWN]]
        if len(dishes) > SHOWN:
            named.append(self.say("more", count=len(dishes) - SHOWN))
        return ", ".join(named)


def _findings(dish: Dish, allergens: frozenset[str]) -> set[str]:
    return {judge(dish.records.get(each)) for each in allergens}


def _cheaper(dishes: Sequence[Dish], previous: Sequence[str]) -> list[Dish]:
    """Than all of the answer before."""
    shown = [dish.price for dish in dishes if dish.name in previous and dish.price is not None]
    return [dish for dish in dishes if shown and dish.price and dish.price < min(shown)]


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
