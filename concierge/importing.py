"""A property and all its content from one line of JSON. docs/import.md documents the format.

A line is one transaction: it is imported whole or not at all, and what it names is brought to what
it says. Content it does not name stays.
"""

import collections
import json
from typing import Annotated, Literal

from django.db import DataError, IntegrityError
from pydantic import (
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from concierge.history.changing import changing
from concierge.history.models import Change
from faq.imports import FaqRow, import_faqs
from menus.imports import MenuRow, import_menus, items_of
from properties.contact import phone_problems
from properties.models import Property
from recommendations.imports import RecommendationRow, import_recommendations
from retrieval import lanes
from retrieval.tenants import lock
from retrieval.upsert import Tally

Slug = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]+$", max_length=80)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
"""Whether it can be dialled depends on the property's country, so that is checked with its row."""


class BadLine(Exception):
    """A line that cannot be imported; the message names the place and the reason."""


class ContactRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="the front desk", min_length=1, max_length=100)
    phone: Phone = ""
    email: EmailStr | Literal[""] = ""


class EmergencyRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    phone: Phone = ""
    text: str = Field(default="", max_length=600)


class HelplineRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    phone: Phone = ""


class PropertyRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Slug
    kind: Property.Kind
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    country: str | None = None
    time_zone: str | None = None
    currency: str | None = None
    language: str | None = None
    languages: list[str] | None = None
    contact: ContactRow | None = None
    emergency: EmergencyRow | None = None
    helpline: HelplineRow | None = None
    faqs: list[FaqRow] = Field(default_factory=list)
    menus: list[MenuRow] = Field(default_factory=list)
    recommendations: list[RecommendationRow] = Field(default_factory=list)

    @model_validator(mode="after")
    def ids_name_one_row(self) -> "PropertyRow":
        for kind, rows in (
            ("faqs", self.faqs),
            ("menus' items", items_of(self.menus)),
            ("recommendations", self.recommendations),
        ):
            repeated = [
                id_ for id_, n in collections.Counter(row.id for row in rows).items() if n > 1
            ]
            if repeated:
                raise ValueError(f"{kind}: the id {repeated[0]!r} stands more than once")
        return self


def parse_line(line: str) -> PropertyRow:
    """Raises BadLine."""
    try:
        said = json.loads(line)
        currency = said.get("currency") if isinstance(said, dict) else None
        return PropertyRow.model_validate(said, context={"currency": currency or ""})
    except ValidationError as error:
        raise BadLine(reasons(error)) from None
    except ValueError as error:
        raise BadLine(f"not JSON: {error}") from None
    except RecursionError:
        raise BadLine("not JSON: nested too deep") from None


def reasons(error: ValidationError) -> str:
    shown = [
        f"{'.'.join(map(str, each['loc'])) or 'line'}: {each['msg']}"
        for each in error.errors(include_url=False)[:3]
    ]
    more = error.error_count() - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")


def import_row(row: PropertyRow, source: str = "") -> Tally:
    """One change of the history, said to come from `source`.

    Raises BadLine where the database or a model's own rules refuse the row.
    """
    try:
        with changing(Change.Origin.IMPORT, detail=source), lanes.bulk_work():
            property_ = _import_property(row)
            return (
                import_faqs(property_, row.faqs)
                + import_menus(property_, row.menus)
                + import_recommendations(property_, row.recommendations)
            )
    except (DataError, IntegrityError, ValueError) as error:
        raise BadLine(f"the database refuses it: {str(error).splitlines()[0]}") from None


def _import_property(row: PropertyRow) -> Property:
    # Locked, so that nobody's edit of a moment ago is written back to what it was.
    known = lock(Property.objects.filter(slug=row.id).values_list("pk", flat=True))
    property_ = next(iter(known.values()), None) or Property(slug=row.id)
    before = {field.name: getattr(property_, field.name) for field in Property._meta.fields}
    property_.name, property_.kind = row.name, str(row.kind)
    for name in ("country", "time_zone", "currency", "language", "languages"):
        if (value := getattr(row, name)) is not None:
            setattr(property_, name, value)
    if row.contact is not None:
        property_.contact_name = row.contact.name
        property_.contact_phone = row.contact.phone
        property_.contact_email = row.contact.email
    if row.emergency is not None:
        property_.emergency_phone = row.emergency.phone
        property_.emergency_text = row.emergency.text
    if row.helpline is not None:
        property_.helpline_phone = row.helpline.phone
    changed = {key for key, old in before.items() if getattr(property_, key) != old}
    _clean(property_, changed)
    if property_.pk is None or changed:
        property_.save()
    return property_


def _clean(property_: Property, changed: set[str]) -> None:
    from django.core.exceptions import ValidationError as InvalidModel

    try:
        property_.clean_fields()
    except InvalidModel as error:
        reasons = (f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
        raise BadLine("; ".join(reasons)) from None
    if problems := phone_problems(property_, changed):
        raise BadLine(
            "; ".join(f"{name.replace('_', '.')}: {reason}" for name, reason in problems.items())
        )
