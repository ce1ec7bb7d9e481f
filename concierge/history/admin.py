"""The lists of the history: what was changed, and what was deleted and can be brought back."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.admin import register
from django.contrib.admin.views.main import ChangeList as DjangoChangeList
from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.views import ChangeList

from concierge.history import pages
from concierge.history.access import visible_changes, visible_rows
from concierge.history.forgetting import oldest_kept
from concierge.history.models import Change, DeletedRow, RowChange
from concierge.history.tracked import TRACKED
from concierge.history.words import name_of, sentences, titles_of, where_from, who
from properties.access import properties_of
from properties.admin_base import PropertyScopedAdmin

# Two lines of a phone; the change's own page says it whole.
IN_A_LIST = 90


class OfRows(DropdownFilter):
    """Filters changes by the rows that they touched."""

    field = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        rows = visible_rows(request.user).filter(**{self.field: self.value()})
        if queryset.model is Change:
            return queryset.filter(Exists(rows.filter(change=OuterRef("pk"))))
        return queryset.filter(pk__in=rows.values("pk"))


class KindFilter(OfRows):
    title = "kind"
    parameter_name = field = "model"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(tracked.label, capfirst(tracked.nouns)) for tracked in TRACKED.values()]


class PropertyFilter(OfRows):
    title = "property"
    parameter_name = field = "property"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        own = list(properties_of(request.user).values_list("pk", "name"))
        return [(str(pk), name) for pk, name in own] if len(own) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        is_number = (self.value() or "").isdecimal()
        return super().queryset(request, queryset) if is_number else queryset


class PersonFilter(DropdownFilter):
    title = "person"
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        authors = visible_changes(request.user).values("by")
        return [
            (str(user.pk), name_of(user))
            for user in get_user_model()._default_manager.filter(pk__in=authors)
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        return queryset.filter(by=value) if value.isdecimal() else queryset


class Deleted(ChangeList):
    """The page's rows, each with what it is called and how many that went with it are gone."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        titles, counts = titles_of(self.result_list), self._gone_together()
        for row in self.result_list:
            row.title = titles[row.pk]
            row.together = counts.get(row.change_id, 1)

    def _gone_together(self) -> dict[uuid.UUID, int]:
        """Change's key → rows, whatever the list is filtered by: so many come back."""
        changes = {row.change_id for row in self.result_list}
        rows = self.root_queryset.filter(change__in=changes).order_by().values_list("change")
        return dict(rows.annotate(Count("pk")))


class Described(ChangeList):
    """The page's changes, each with its sentence."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        said = sentences(visible_rows(request.user), self.result_list)
        for change in self.result_list:
            change.said = said.get(change.pk, "")


class ReadOnly(PropertyScopedAdmin):
    list_disable_select_all = True
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@register(Change)
class ChangeAdmin(ReadOnly):
    list_display = ("when", "author", "what", "origin_in_words", "undo")
    list_display_links = ("when",)
    list_filter = (PersonFilter, KindFilter, PropertyFilter, "origin", "at")
    list_select_related = ("by",)
    list_before_template = "history/about_changes.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        return visible_changes(request.user).prefetch_related("undone_by")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request)

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[DjangoChangeList]:
        return Described

    @display(description="when", ordering="at")
    def when(self, change: Change) -> datetime:
        return change.at

    @display(description="who")
    def author(self, change: Change) -> str:
        return who(change)

    @display(description="what")
    def what(self, change: Any) -> SafeString:
        said = Truncator(change.said).chars(IN_A_LIST)
        return format_html('<span class="whitespace-normal">{}</span>', said)

    @display(description="from where", ordering="origin")
    def origin_in_words(self, change: Change) -> SafeString:
        title = where_from(change)
        return format_html('<span title="{}">{}</span>', title, change.get_origin_display())

    @display(description="")
    def undo(self, change: Change) -> SafeString | str:
        if change.undone_by.all():
            return "undone"
        return undo_link(change.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return pages.change_page(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:key>/undo/", wrap(pages.undo_page), name="history_change_undo"),
            path("restore/<int:key>/", wrap(pages.restore_page), name="history_change_restore"),
            *super().get_urls(),
        ]


@register(DeletedRow)
class DeletedRowAdmin(ReadOnly):
    list_display = ("row_title", "kind", "when", "by", "bring_back")
    list_display_links = ("row_title",)
    list_filter = (KindFilter, PropertyFilter)
    list_select_related = ("change__by",)
    list_before_template = "history/about_deleted.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows that are still gone. What is part of another row comes back with it."""
        whole = [tracked.label for tracked in TRACKED.values() if not tracked.part_of]
        later = RowChange.objects.filter(
            model=OuterRef("model"), object_id=OuterRef("object_id"), pk__gt=OuterRef("pk")
        )
        own = visible_rows(request.user).filter(
            after__isnull=True, model__in=whole, change__at__gte=oldest_kept()
        )
        return DeletedRow.objects.filter(~Exists(later), pk__in=own.values("pk"))

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[DjangoChangeList]:
        return Deleted

    @display(description="what")
    def row_title(self, row: Any) -> str:
        return row.title

    @display(description="kind", ordering="model")
    def kind(self, row: DeletedRow) -> str:
        return capfirst(TRACKED[row.model].noun)

    @display(description="deleted", ordering="pk")
    def when(self, row: DeletedRow) -> datetime:
        return row.change.at

    @display(description="by")
    def by(self, row: DeletedRow) -> str:
        return who(row.change)

    @display(description="")
    def bring_back(self, row: Any) -> SafeString:
        one = undo_link(row.change_id, f"{row.model}:{row.object_id}", "Bring back")
        if row.together == 1:
            return one
        label = f"Bring back all {row.together} that were deleted together"
        all_of_them = undo_link(row.change_id, pages.DELETED, label)
        return format_html('<span class="flex flex-col">{}{}</span>', one, all_of_them)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return pages.change_page(request, str(row.change_id))


def undo_link(key: object, of: str = "", label: str = "Undo") -> SafeString:
    link = reverse("admin:history_change_undo", args=[key]) + (f"?of={of}" if of else "")
    return format_html('<a class="text-link" href="{}">{}</a>', link, label)
