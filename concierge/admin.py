"""Pages for whoever runs the installation: its users, and what waits to be indexed."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from concierge import admin_answers  # noqa: F401  registers its page
from properties.admin_base import is_superuser
from properties.admin_clocks import LocalTimes
from properties.admin_merging import MergingAdmin, MergingInline
from properties.merging import MergingForm
from properties.models import Membership
from retrieval.models import OutboxEntry


class SuperusersOnly(admin.options.BaseModelAdmin):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return is_superuser(request)

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return is_superuser(request)


class MembershipInline(SuperusersOnly, MergingInline, TabularInline):
    model = Membership
    extra = 0
    fields = ("property", "role")


class StaffForm(MergingForm, UserChangeForm):
    pass


# What staff may do follows from their memberships: groups and model permissions mean nothing.
admin.site.unregister(Group)
admin.site.unregister(User)


@admin.register(User)
class StaffAdmin(LocalTimes, SuperusersOnly, MergingAdmin, UserAdmin, ModelAdmin):
    form = StaffForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = (MembershipInline,)
    list_display = ("username", "email", "full_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active")
    filter_horizontal = ()
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        (None, {"fields": ("is_staff",)}),
    )
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        (
            "May",
            {
                "description": "Staff may sign in here. What they see and edit follows from the "
                "memberships below. Superusers see and edit everything.",
                "fields": ("is_active", "is_staff", "is_superuser"),
            },
        ),
        ("Dates", {"fields": readonly_fields}),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Guests have no accounts, so whoever gets one is staff."""
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    @display(description="name", ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()


@admin.register(OutboxEntry)
class OutboxEntryAdmin(LocalTimes, SuperusersOnly, ModelAdmin):
    """Edits that search does not know yet. What failed stays here, with the reason."""

    list_display = ("__str__", "property", "state", "attempts", "created_at", "due_at", "error")
    list_filter = ("kind", ("error", admin.EmptyFieldListFilter))
    list_select_related = ("property",)
    list_per_page = 50

    @display(label={"waiting": "info", "failed, will be tried again": "danger"})
    def state(self, entry: OutboxEntry) -> str:
        return "failed, will be tried again" if entry.error else "waiting"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
