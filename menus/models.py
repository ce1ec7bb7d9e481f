"""A menu, its sections and their items. An item is what guests ask for."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from menus.allergens import Allergen, Diet, Presence
from menus.availability import Weekday
from menus.documents import item_document
from menus.recipes import recipe_of
from properties.photos import PhotoField
from retrieval.models import Document, Embedded
from retrieval.tenants import writing


class Menu(models.Model):
    property = models.ForeignKey("properties.Property", models.CASCADE, related_name="menus")
    external_id = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=120, help_text="Dinner, Bar, Room service")
    position = models.PositiveSmallIntegerField(default=0)

    property_path = "property"

    class Meta:
        ordering = ["property", "position", "name"]
        constraints = [models.UniqueConstraint(fields=["property", "name"], name="one_menu_a_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        with writing([self.property_id]):
            super().save(*args, **kwargs)
            Item.objects.filter(section__menu=self).refresh_documents()


class Section(models.Model):
    menu = models.ForeignKey(Menu, models.CASCADE, related_name="sections")
    name = models.CharField(max_length=120, help_text="Starters, Mains, Red wine")
    position = models.PositiveSmallIntegerField(default=0)

    property_path = "menu__property"

    class Meta:
        ordering = ["menu", "position", "name"]
        constraints = [models.UniqueConstraint(fields=["menu", "name"], name="one_section_a_name")]

    def __str__(self) -> str:
        return f"{self.menu}: {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        with writing([self.menu.property_id]):
            super().save(*args, **kwargs)
            self.items.all().refresh_documents()


class Item(Embedded):
    kind = "menu"
    word_weight = 0.05
    document_joins = ("section__menu",)
    document_parts = ("allergens",)

    section = models.ForeignKey(Section, models.CASCADE, related_name="items")
    name = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    price = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    diets = ArrayField(models.CharField(max_length=20, choices=Diet), default=list, blank=True)
    days = ArrayField(
        models.CharField(max_length=3, choices=Weekday),
        default=list,
        blank=True,
        help_text="Days when it is served; none ticked means every day.",
    )
    available_from = models.TimeField(null=True, blank=True, help_text="In your time zone.")
    available_until = models.TimeField(null=True, blank=True)
    sold_out = models.BooleanField(default=False)
    photo = PhotoField(upload_to="dishes/", blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Embedded.Meta):
        verbose_name = "menu item"
        ordering = ["section", "position", "name"]

    def __str__(self) -> str:
        return self.name

    def adopt_property(self) -> None:
        self.property_id = self.section.menu.property_id
        # The document names the photo, and a new one gets its name where it is stored: now.
        self.photo.field.pre_save(self, add=False)

    def to_document(self) -> Document:
        return item_document(self)

    def record_allergens(self, presences: Mapping[str, str]) -> None:
        """Write allergen → presence; others stay. Save the item afterwards, once for them all."""
        records = [
            ItemAllergen(item=self, allergen=allergen, presence=presence)
            for allergen, presence in presences.items()
        ]
        for record in records:
            record.sign()
        ItemAllergen.objects.bulk_create(
            records,
            update_conflicts=True,
            unique_fields=["item", "allergen"],
            update_fields=["presence", "recipe", "recorded_at"],
        )

    @property
    def recipe(self) -> str:
        return recipe_of(self.name, self.description)


class ItemAllergen(models.Model):
    """What the kitchen knows of one allergen in one dish. No row says: unknown.

    A record is signed with the recipe it was made for. "Verified free" holds for that recipe only;
    "contains" and "may contain" go on to warn.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="allergens")
    allergen = models.CharField(max_length=20, choices=Allergen)
    presence = models.CharField(max_length=20, choices=Presence, default=Presence.UNKNOWN)
    recipe = models.CharField(max_length=32, blank=True, editable=False)
    recorded_at = models.DateTimeField(null=True, editable=False)

    property_path = "item__property"

    class Meta:
        ordering = ["item", "allergen"]
        constraints = [
            models.UniqueConstraint(fields=["item", "allergen"], name="one_record_an_allergen")
        ]

    def __str__(self) -> str:
        return f"{self.get_allergen_display()}: {self.get_presence_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sign()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "recipe", "recorded_at"}
        with writing([self.item.property_id]):
            super().save(*args, **kwargs)
            self._rewrite_item()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with writing([self.item.property_id]):
            deleted = super().delete(*args, **kwargs)
            self._rewrite_item()
        return deleted

    def sign(self) -> None:
        """Say that the presence was recorded now, for the recipe as it is."""
        self.recipe = self.item.recipe
        self.recorded_at = timezone.now()

    def is_void(self) -> bool:
        """The recipe is another one since: whether it is free of the allergen is unknown again."""
        return self.presence == Presence.VERIFIED_FREE and self.recipe != self.item.recipe

    def _rewrite_item(self) -> None:
        # From the database: `self.item` may hold allergens that were fetched before this change.
        Item.objects.filter(pk=self.item_id).refresh_documents()
