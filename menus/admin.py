from typing import Any

from django.contrib import messages
from django.contrib.admin import register
from django.db import models
from django.http import HttpRequest
from unfold.decorators import action, display

from menus.forms import (
    ItemForm,
    SectionFormSet,
    check_again,
    record_allergens,
    split_by_validity,
)
from menus.models import Item, Menu, Section
from properties.admin_base import PropertyScopedAdmin, ScopedTabularInline
from properties.admin_content import ContentAdmin


class SectionInline(ScopedTabularInline):
    model = Section
    formset = SectionFormSet
    fields = ("name", "position")
    ordering_field = "position"
    hide_ordering_field = True
    hide_title = True


@register(Menu)
class MenuAdmin(PropertyScopedAdmin):
    inlines = (SectionInline,)
    fields = ("property", "name", "position")
    list_display = ("name", "property", "sections", "dishes")
    list_filter = ("property",)
    list_select_related = ("property",)
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                section_count=models.Count("sections", distinct=True),
                item_count=models.Count("sections__items", distinct=True),
            )
        )

    @display(ordering="section_count")
    def sections(self, menu: Any) -> int:
        return menu.section_count

    @display(ordering="item_count")
    def dishes(self, menu: Any) -> int:
        return menu.item_count


@register(Section)
class SectionAdmin(PropertyScopedAdmin):
    """Sections are edited with their menu; this page only lets a dish find its own."""

    list_display = ("name", "menu")
    list_filter = ("menu",)
    list_select_related = ("menu",)
    search_fields = ("name", "menu__name")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("menu")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@register(Item)
class ItemAdmin(ContentAdmin):
    form = ItemForm
    autocomplete_fields = ("section",)
    actions = (*ContentAdmin.actions, "mark_sold_out", "mark_available")
    list_display = ("name", "section", "property", "price", "sold_out", "published", "in_answers")
    list_editable = ("price", "sold_out", "published")
    list_filter = ("property", "section__menu", "sold_out", "published")
    list_select_related = ("section__menu", "property")
    search_fields = ("name", "description")
    readonly_fields = ("in_answers", "external_id", "updated_at")
    fieldsets = (
        (None, {"fields": ("section", "name", "description", "price", "photo")}),
        (None, {"fields": ("sold_out", "published")}),
        (
            "Allergens",
            {
                "description": "Only what the kitchen has checked. With every dish, guests "
                "who have an allergy are sent to you.",
                "fields": ("allergens",),
            },
        ),
        ("Diets", {"fields": ("diets",)}),
        ("Served", {"fields": ("days", "available_from", "available_until")}),
        ("Behind it", {"fields": ("position", *readonly_fields), "classes": ("collapse",)}),
    )

    def save_model(self, request: HttpRequest, obj: Item, form: Any, change: bool) -> None:
        """The allergens go first where they can, so that one edit is one save of the dish."""
        chosen = form.cleaned_data.get("allergens", {})
        if change and "allergens" in form.changed_data:
            record_allergens(obj, form.initial["allergens"], chosen)
        super().save_model(request, obj, form, change)
        if not change and chosen:
            obj.record_allergens(chosen)
            obj.save()
        if change and {"name", "description"} & set(form.changed_data):
            self._warn_of_void_records(request, obj)

    def _warn_of_void_records(self, request: HttpRequest, item: Item) -> None:
        void, _ = split_by_validity(item)
        if void:
            self.message_user(request, f"{item}: {check_again(void)}", messages.WARNING)

    @action(description="Sold out", permissions=["change"])
    def mark_sold_out(self, request: HttpRequest, rows: Any) -> None:
        self._edit(request, rows, "marked as sold out", sold_out=True)

    @action(description="Available again", permissions=["change"])
    def mark_available(self, request: HttpRequest, rows: Any) -> None:
        self._edit(request, rows, "available again", sold_out=False)
