"""Menus of an import file.

    {"id"?, "name", "sections": [{"name", "items": [
        {"id", "name", "description"?, "price"?, "allergens"?: {"milk": "contains"},
         "diets"?: ["vegan"], "days"?: ["fri"], "from"?: "18:00", "until"?: "22:30",
         "sold_out"?, "published"?}]}]}

`price` is a number, or a string as people write it ("15,90", "1.250,00", and with the sign of the
currency that the line names), with at most two decimals, in the property's currency; `allergens`
maps the names of menus/allergens.py to contains, may_contain, verified_free or unknown. A file that
changes a recipe and repeats "verified_free" does not verify it anew: only the kitchen does, in the
admin.
"""

import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from menus.allergens import Allergen, Diet, Presence
from menus.availability import Weekday
from menus.models import Item, Menu, Section
from properties.models import Property
from properties.prices import in_cents, read_price
from retrieval.upsert import Tally, upsert

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Dish = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Price = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)]


LISTS = {"diets", "days"}


class ItemRow(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    id: Identifier
    name: Dish
    description: str = Field(default="", max_length=20_000)
    price: Price | None = None
    allergens: dict[Allergen, Presence] = Field(default_factory=dict)
    diets: list[Diet] = Field(default_factory=list)
    days: list[Weekday] = Field(default_factory=list)
    available_from: datetime.time | None = Field(default=None, alias="from")
    available_until: datetime.time | None = Field(default=None, alias="until")
    sold_out: bool = False
    published: bool = True

    @field_validator("price", mode="before")
    @classmethod
    def exact_price(cls, value: Any, info: ValidationInfo) -> Any:
        """12.3 in JSON is a binary fraction: read it as it was written, as a string is."""
        if type(value) in {int, float}:
            return in_cents(Decimal(str(value)))
        currency = (info.context or {}).get("currency", "")
        return read_price(value, currency) if isinstance(value, str) else value


class SectionRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    items: list[ItemRow]


class MenuRow(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    id: str = Field(default="", max_length=100)
    name: Name
    sections: list[SectionRow]


def items_of(menus: list[MenuRow]) -> list[ItemRow]:
    return [item for menu in menus for section in menu.sections for item in section.items]


def import_menus(property_: Property, rows: list[MenuRow]) -> Tally:
    tally = Tally()
    for position, row in enumerate(rows):
        menu = _import_menu(property_, row, position)
        for place, section_row in enumerate(row.sections):
            section, _ = Section.objects.get_or_create(
                menu=menu, name=section_row.name, defaults={"position": place}
            )
            tally += upsert(Item, property_, _item_values(section, section_row.items))
    _import_allergens(property_, items_of(rows))
    return tally


def _import_menu(property_: Property, row: MenuRow, position: int) -> Menu:
    """The menu with the row's id, or else its name, as the row says."""
    menus = Menu.objects.filter(property=property_)
    menu = (menus.filter(external_id=row.id).first() if row.id else None) or (
        menus.filter(name=row.name).first() or Menu(property=property_, position=position)
    )
    said = {"name": row.name, "external_id": row.id or menu.external_id}
    if menu.pk is None or any(getattr(menu, field) != value for field, value in said.items()):
        for field, value in said.items():
            setattr(menu, field, value)
        menu.save()
    return menu


def _item_values(section: Section, rows: list[ItemRow]) -> dict[str, dict[str, Any]]:
    return {
        row.id: {
            **row.model_dump(exclude={"id", "allergens"}, exclude_unset=True),
            **{name: list(map(str, getattr(row, name))) for name in row.model_fields_set & LISTS},
            "section": section,
            "position": position,
        }
        for position, row in enumerate(rows)
    }


def _import_allergens(property_: Property, rows: list[ItemRow]) -> None:
    wanted = {row.id: row.allergens for row in rows if row.allergens}
    items = Item.objects.filter(property=property_, external_id__in=wanted)
    for item in items.prefetch_related("allergens"):
        known = {record.allergen: record.presence for record in item.allergens.all()}
        item.record_allergens(
            {
                allergen.value: presence.value
                for allergen, presence in wanted[item.external_id].items()
                if known.get(allergen) != presence
            }
        )
    # Read anew: the documents must not be written from the allergens fetched above.
    items.all().refresh_documents()
