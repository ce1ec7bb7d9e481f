"""What has a history: every model that staff write, and who may see and restore it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db import models

from faq.models import Faq, FaqTranslation
from menus.models import Item, ItemAllergen, Menu, Section
from properties.admin_base import EDITOR, MANAGER, Roles
from properties.models import Membership, Property, QRCode, WidgetSite
from recommendations.models import Recommendation
from retrieval.models import DERIVED_FIELDS, Embedded

# Made from what staff wrote, so they follow it by themselves and are no change of their own.
INDEXED = {
    *DERIVED_FIELDS, "search", "vector", "embedded_hash", "embedded_with", "updated_at",
}  # fmt: skip


@dataclass(frozen=True)
class Tracked:
    """A model with a history; `title` is the field that names a row to its staff.

    `part_of` is the foreign key to the row that it is shown and edited with. A record that is
    `signed` is one statement: it is restored whole, and never over a later one.
    """

    model: type[models.Model]
    title: str
    edited_by: Roles = (EDITOR, MANAGER)
    part_of: str = ""
    signed: bool = False
    called: tuple[str, str] | None = None
    untracked: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def noun(self) -> str:
        return self.called[0] if self.called else str(self.model._meta.verbose_name)

    @property
    def nouns(self) -> str:
        return self.called[1] if self.called else str(self.model._meta.verbose_name_plural)

    @cached_property
    def fields(self) -> dict[str, models.Field]:
        """Attribute → field, without the primary key and what the database computes."""
        return {
            field.attname: field
            for field in self.model._meta.concrete_fields
            if not field.primary_key
            and not isinstance(field, models.GeneratedField)
            and field.name not in self.untracked
        }

    @cached_property
    def parents(self) -> dict[str, type[models.Model]]:
        """Foreign key's attribute → the model that it needs a row of."""
        return {
            name: field.related_model
            for name, field in self.fields.items()
            if isinstance(field, models.ForeignKey) and isinstance(field.related_model, type)
        }


def content(model: type[Embedded], title: str) -> Tracked:
    return Tracked(model, title, untracked=frozenset(INDEXED))


# Parents first: in this order rows are brought back, and in the reverse taken away.
_ALL = (
    Tracked(
        Property,
        "name",
        edited_by=(MANAGER,),
        untracked=frozenset({"content_version", "router_threshold"}),
    ),
    Tracked(Membership, "user_id", edited_by=(MANAGER,)),
    Tracked(QRCode, "place", edited_by=(MANAGER,), untracked=frozenset({"created_at"})),
    Tracked(WidgetSite, "origin", edited_by=(MANAGER,)),
    Tracked(Menu, "name"),
    Tracked(Section, "name", part_of="menu_id"),
    content(Item, "name"),
    content(Faq, "question"),
    content(Recommendation, "name"),
    Tracked(
        ItemAllergen,
        "allergen",
        part_of="item_id",
        signed=True,
        called=("allergen record", "allergen records"),
    ),
    Tracked(
        FaqTranslation,
        "language",
        part_of="faq_id",
        called=("translation", "translations"),
    ),
)
TRACKED: dict[str, Tracked] = {tracked.label: tracked for tracked in _ALL}


def tracked_of(model: type[models.Model]) -> Tracked | None:
    """Proxies (the answer settings) share the history of their table."""
    return TRACKED.get((model._meta.concrete_model or model)._meta.label_lower)


def by_roles() -> Iterator[tuple[Roles, list[str]]]:
    """Which roles may see and restore the history of which models."""
    for roles in {tracked.edited_by for tracked in _ALL}:
        yield roles, [tracked.label for tracked in _ALL if tracked.edited_by == roles]
