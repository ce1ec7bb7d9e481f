"""The one base of every admin page on a tenant's data.

What a member of staff sees, may choose and may change follows from their memberships alone
(properties/access.py); Django's own model permissions play no part.
"""

from typing import Any, ClassVar

from django.contrib.admin import RelatedOnlyFieldListFilter
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.fields.related import RelatedField
from django.forms import Field, HiddenInput, ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse
from unfold.admin import StackedInline, TabularInline
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from properties.access import owning_property_id, properties_of, property_path, visible_to
from properties.admin_clocks import LocalTimes
from properties.admin_lists import ListAdmin
from properties.admin_merging import MergingAdmin, MergingInline
from properties.models import Membership
from properties.number_fields import FORM_FIELDS

EDITOR, MANAGER = Membership.Role.EDITOR, Membership.Role.MANAGER
Roles = tuple[str, ...]


class OwnChoicesFilter(RelatedDropdownFilter, RelatedOnlyFieldListFilter):
    """Offers only what occurs in the rows that the user sees."""


class Scoped(BaseModelAdmin):
    """Rows, choices and filters without those of strangers; for admins and inlines alike."""

    seen_by: ClassVar[Roles] = ()  # any role
    edited_by: ClassVar[Roles] = (EDITOR, MANAGER)
    formfield_overrides = {
        models.TextField: {"widget": UnfoldAdminExpandableTextareaWidget},
        models.URLField: {"assume_scheme": "https"},
        **FORM_FIELDS,
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return visible_to(request.user, super().get_queryset(request), *self.seen_by)

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField, request: HttpRequest
    ) -> models.QuerySet[Any]:
        """What a foreign key may point to: a forged id of anything else is no valid choice."""
        related = db_field.related_model
        choices = super().get_field_queryset(db, db_field, request)
        if choices is None:
            choices = related._default_manager.using(db)
        if property_path(related) is None:
            return choices if is_superuser(request) else choices.none()
        return visible_to(request.user, choices, *self.edited_by)

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        """Without the links that add and edit what a foreign key points to: one page, one thing."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class PropertyScopedAdmin(LocalTimes, Scoped, MergingAdmin, ListAdmin):
    compressed_fields = True
    warn_unsaved_form = True
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return works_for(request, obj, self.seen_by)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return works_for(request, None, self.edited_by)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return works_for(request, obj, self.edited_by)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return works_for(request, obj, self.edited_by)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Whoever has only one property needs no column that repeats its name."""
        columns = super().get_list_display(request)
        hidden = "" if chooses_property(request) else "property"
        return [column for column in columns if column != hidden]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """A filter by a relation would list every tenant's names, were it Django's own."""
        return [
            (name, OwnChoicesFilter) if self._is_relation(name) else name
            for name in super().get_list_filter(request)
        ]

    def _is_relation(self, name: object) -> bool:
        try:
            return isinstance(name, str) and get_fields_from_path(self.model, name)[-1].is_relation
        except FieldDoesNotExist:
            return False

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kw: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change, **kw)
        field = form.base_fields.get("property")
        if isinstance(field, ModelChoiceField):
            settle_property(field, obj)
        return form

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The one history (concierge/history), which sees imports and shells as well."""
        return self.admin_site.history_view(self, request, object_id)  # type: ignore[attr-defined]

    def _not_logged(self, *_: Any) -> Any:
        """Django's own log would be a second history."""

    log_addition: Any = _not_logged
    log_change: Any = _not_logged
    log_deletions: Any = _not_logged

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Straight to the page: Django's redirect by primary key tells a stranger too much."""
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None


class ScopedInline(Scoped, MergingInline):
    """May be edited by whoever may edit the page that it is part of."""

    extra = 0
    parent_model: type[models.Model]

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._parent.has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._parent.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.has_change_permission(request, obj)

    @property
    def _parent(self) -> Any:
        return self.admin_site.get_model_admin(self.parent_model)


class ScopedTabularInline(ScopedInline, TabularInline):
    pass


class ScopedStackedInline(ScopedInline, StackedInline):
    pass


def is_superuser(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser


def works_for(request: HttpRequest, obj: models.Model | None, roles: Roles) -> bool:
    """Whether the user has one of `roles` at the property of `obj`, or without it, at any."""
    if is_superuser(request):
        return True
    if obj is None:
        return bool(_property_ids(request, roles))
    return owning_property_id(obj) in _property_ids(request, roles)


def chooses_property(request: HttpRequest) -> bool:
    return is_superuser(request) or len(_property_ids(request, ())) > 1


def _property_ids(request: HttpRequest, roles: Roles) -> set[int]:
    """Asked for dozens of times a page, so it is kept with the request."""
    kept = request.__dict__.setdefault("_property_ids", {})
    if roles not in kept:
        kept[roles] = set(properties_of(request.user, *roles).values_list("pk", flat=True))
    return kept[roles]


def settle_property(field: ModelChoiceField, obj: models.Model | None) -> None:
    """A row's property is chosen once, and only where there is a choice.

    A disabled field takes no value from the browser but still takes part in validation, which
    the constraints of one name a property need.
    """
    candidates = list(field.queryset[:2]) if field.queryset is not None else []
    if len(candidates) == 1:
        field.widget = HiddenInput()
        field.initial = candidates[0].pk
    field.disabled = obj is not None or len(candidates) == 1
