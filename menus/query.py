"""A parsed question as one SQL statement over the dishes that a property has published."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from menus.allergens import Allergen, Diet, Presence
from menus.hours import Hours, served
from menus.lexicon import COURSES, lexicon
from menus.models import Item, ItemAllergen
from menus.parser import MenuQuery
from menus.recipes import recipe_in_sql
from properties.models import Property

DRINKS = frozenset({"drinks", "no_alcohol", "red_wine", "white_wine", "rose_wine", "sparkling",
                    "wine", "beer", "cocktail", "coffee", "tea"})  # fmt: skip
MENU_ORDER = ("section__menu__position", "section__position", "position")
ACCENTS = {"a": "[aàáâãäå]", "c": "[cç]", "e": "[eèéêë]", "i": "[iìíîï]", "o": "[oòóôõö]",
           "u": "[uùúûü]", "n": "[nñ]", " ": "[ -]"}  # fmt: skip


@dataclass(frozen=True)
class Record:
    """What is recorded of one allergen. `holds`: for the recipe as it is."""

    presence: str
    recorded_at: datetime.datetime | None
    holds: bool

    @property
    def is_free(self) -> bool:
        return self.presence == Presence.VERIFIED_FREE and self.holds


@dataclass(frozen=True)
class Dish:
    id: int
    external_id: str
    name: str
    menu: str
    price: Decimal | None
    card: dict[str, Any]
    hours: Hours
    records: dict[str, Record] = field(default_factory=dict)

    def is_free_of(self, allergens: frozenset[str]) -> bool:
        return all(each in self.records and self.records[each].is_free for each in allergens)


def local_time(property_: Property, now: datetime.datetime) -> datetime.datetime:
    return now.astimezone(ZoneInfo(property_.time_zone))


def find(property_: Property, query: MenuQuery, now: datetime.datetime) -> list[Dish]:
    """The dishes that `query` is about: those that fit, or for a verdict and the hours all of them.

    Of dishes that should be free of an allergen, those come too of which nothing is recorded:
    `Dish.is_free_of` tells them apart. Of dishes that should contain one, all others come too.
    """
    rows: QuerySet[Item] = Item.objects.filter(property=property_, published=True)
    if query.asks == "hours":
        rows = rows.filter(sold_out=False).exclude(_says("section__name", *DRINKS))
    elif query.asks in {"dishes", "contents"}:
        rows = _fitting(rows, query, local_time(property_, now))
    rows = rows.order_by(*([query.order] if query.order else MENU_ORDER), "name")
    return [_dish(row) for row in _with_records(rows)]


def _fitting(rows: QuerySet[Item], query: MenuQuery, local: datetime.datetime) -> QuerySet[Item]:
    rows = rows.filter(served(query.moment, local))
    if query.sold_out:
        rows = rows.filter(sold_out=True)
    elif query.moment.day in {"", "today"}:  # "sold out" says nothing of another day
        rows = rows.filter(sold_out=False)
    for diet in query.diets:
        rows = rows.filter(diets__overlap=_diets(diet))
    for diet in query.other_diets:
        rows = rows.exclude(diets__overlap=_diets(diet))
    for kind in query.kinds:
        rows = rows.filter(_of_kind(kind))
    if query.food_only:
        rows = rows.exclude(_says("section__name", *DRINKS))
    rows = _with_price(rows, query)
    warned_of = with_kin(query.free_of)
    return rows.exclude(Exists(_records(warned_of, Presence.CONTAINS, Presence.MAY_CONTAIN)))


def with_kin(allergens: frozenset[str]) -> frozenset[str]:
    """Who says nuts may mean peanuts too: where they are recorded, they count."""
    return allergens | {Allergen.PEANUTS.value} if Allergen.NUTS in allergens else allergens


def _with_price(rows: QuerySet[Item], query: MenuQuery) -> QuerySet[Item]:
    if query.price.least is not None:
        rows = rows.filter(price__gte=query.price.least)
    if query.price.most is not None:
        rows = rows.filter(price__lte=query.price.most)
    return rows.filter(price__isnull=False) if query.order else rows


def _diets(diet: str) -> list[str]:
    """What is vegan is vegetarian too."""
    return [diet, Diet.VEGAN] if diet == Diet.VEGETARIAN else [diet]


def _records(allergens: frozenset[str], *presences: str) -> QuerySet[ItemAllergen]:
    return ItemAllergen.objects.filter(
        item=OuterRef("pk"), allergen__in=allergens, presence__in=presences
    )


def _of_kind(kind: str) -> Q:
    """Courses are sections. A wine is one by its section or name, not as the sauce of a roast."""
    section = _says("section__name", kind) | _says("section__menu__name", kind)
    if kind in COURSES:
        return section
    if kind == "drinks":
        return _says("section__name", *DRINKS)
    called = section | _says("name", kind)
    if kind not in DRINKS:
        return called
    return (called | _says("description", kind)) & ~_says("section__name", *COURSES)


def _says(column: str, *kinds: str) -> Q:
    words = "|".join(_loosely(phrase) for kind in sorted(kinds) for phrase in lexicon().kinds[kind])
    return Q(**{f"{column}__iregex": rf"\m({words})\M"})


def _loosely(phrase: str) -> str:
    """A plain phrase as staff may write it: with accents, "ß", or "-" for a space."""
    written = "".join(ACCENTS.get(each, each) for each in phrase.replace("*", r"\w*"))
    return written.replace("ss", "(ss|ß)")


def _with_records(rows: QuerySet[Item]) -> QuerySet[Item, Any]:
    records = ItemAllergen.objects.filter(item=OuterRef("pk")).order_by()
    as_json = JSONObject(
        allergen="allergen", presence="presence", recorded_at="recorded_at", recipe="recipe"
    )
    return rows.values(
        "id", "external_id", "name", "price", "document_card",
        "days", "available_from", "available_until",
        menu=F("section__menu__name"),
        recipe=recipe_in_sql(),
        records=ArraySubquery(records.values(record=as_json)),
    )  # fmt: skip


def _dish(row: dict[str, Any]) -> Dish:
    return Dish(
        id=row["id"],
        external_id=row["external_id"],
        name=row["name"],
        menu=row["menu"],
        price=row["price"],
        card=row["document_card"],
        hours=Hours(tuple(row["days"]), row["available_from"], row["available_until"]),
        records={each["allergen"]: _record(each, row["recipe"]) for each in row["records"]},
    )


def _record(row: dict[str, Any], recipe: str) -> Record:
    recorded_at = row["recorded_at"] and datetime.datetime.fromisoformat(row["recorded_at"])
    return Record(row["presence"], recorded_at, holds=row["recipe"] == recipe)
