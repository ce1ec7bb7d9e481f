from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import register
from django.db import models
from django.db.models.functions import Length
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from properties.admin_base import MANAGER, PropertyScopedAdmin, is_superuser
from properties.forms import JoinForm, ManyCodesForm, PropertyForm
from properties.languages import name_of
from properties.models import Membership, Property, QRCode, WidgetSite


@register(Property)
class PropertyAdmin(PropertyScopedAdmin):
    edited_by = (MANAGER,)
    form = PropertyForm
    list_display = ("name", "kind", "language_name", "contact_name")
    list_filter = ("kind",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "slug", "kind")}),
        ("Languages", {"fields": ("language", "languages")}),
        (
            "Staff contact",
            {
                "description": "Whom the chat names when it does not know an answer.",
                "fields": ("contact_name", "contact_phone", "contact_email"),
            },
        ),
        ("Place", {"fields": ("country", "time_zone", "currency")}),
    )

    @display(description="language", ordering="language")
    def language_name(self, property_: Property) -> str:
        return name_of(property_.language)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return is_superuser(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Property | None = None) -> Any:
        """The link is printed and shared: a new one would break every copy of the old."""
        return () if is_superuser(request) else ("slug",)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Property | None = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """With a property goes all it has, also what nobody may delete by itself."""
        listed, counts, _forbidden, protected = super().get_deleted_objects(objs, request)
        return listed, counts, set(), protected


@register(Membership)
class MembershipAdmin(PropertyScopedAdmin):
    seen_by = edited_by = (MANAGER,)
    list_display = ("user", "full_name", "role", "property")
    list_filter = ("property", "role")
    list_select_related = ("user", "property")
    search_fields = ("user__username", "user__first_name", "user__last_name", "user__email")
    readonly_fields = ("user",)

    @display(description="name", ordering="user__last_name")
    def full_name(self, membership: Membership) -> str:
        return membership.user.get_full_name()

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        return ("property", "user" if obj else "colleague", "role")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        if obj is None:
            kwargs["form"] = JoinForm
        return super().get_form(request, obj, change, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and not self._is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._is_own(request, obj)

    def _is_own(self, request: HttpRequest, obj: Any) -> bool:
        """So that the last manager does not lock a property's door from outside."""
        return obj is not None and obj.user_id == request.user.pk and not is_superuser(request)


UNREACHABLE = {
    "this machine": "Do not print these codes yet: they open {}, which no phone can reach. Whoever "
    "runs the installation sets PUBLIC_URL to the address that guests open.",
    "the local network": "These codes open {}, which only phones in your own network can reach. "
    "For all others, whoever runs the installation sets PUBLIC_URL to a public address.",
}


@register(QRCode)
class QRCodeAdmin(PropertyScopedAdmin):
    seen_by = edited_by = (MANAGER,)
    list_display = ("place", "property", "active", "downloads")
    ordering = ("property__name", Length("place"), "place")  # Room 9 before Room 10
    list_editable = ("active",)
    list_filter = ("property", "active")
    list_select_related = ("property",)
    search_fields = ("place",)
    actions_list = ("many_codes",)
    readonly_fields = ("picture", "downloads", "address")

    def get_fields(self, request: HttpRequest, obj: QRCode | None = None) -> tuple[str, ...]:
        chosen = ("property", "place", "active")
        return (*chosen, *self.readonly_fields) if obj else chosen

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        self._warn_of_the_address(request)
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        self._warn_of_the_address(request)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def _warn_of_the_address(self, request: HttpRequest) -> None:
        """Before it is printed: nobody changes what hangs on a wall."""
        warning = UNREACHABLE.get(settings.PUBLIC_ADDRESS.reach)
        if warning and request.method == "GET":
            self.message_user(
                request, warning.format(settings.PUBLIC_ADDRESS.url), messages.WARNING
            )

    @action(
        description="Codes for many rooms or tables",
        url_path="many",
        icon="grid_view",
        permissions=["add"],
        dialog={
            "title": "Codes for many rooms or tables",
            "description": "Room, 1 and 20 make codes for Room 1 to Room 20. "
            "Places that have a code keep it.",
            "form_class": ManyCodesForm,
            "form_submit_text": "Create the codes",
        },
    )
    def many_codes(self, request: HttpRequest, form: ManyCodesForm) -> HttpResponse:
        count = form.create()
        self.message_user(request, f"{count} new QR codes.", messages.SUCCESS)
        back = reverse("admin:properties_qrcode_changelist")
        return HttpResponse(headers={"HX-Redirect": back})

    @display(description="")
    def picture(self, code: QRCode) -> SafeString:
        return format_html(
            '<img src="{}" alt="QR code for {}" width="220" height="220">',
            picture_url(code, "svg"),
            code.place,
        )

    @display(description="download")
    def downloads(self, code: QRCode) -> SafeString:
        return format_html(
            '<a class="text-link" href="{}" download>PNG</a> · '
            '<a class="text-link" href="{}" download>SVG</a>',
            picture_url(code, "png"),
            picture_url(code, "svg"),
        )

    @display(description="opens")
    def address(self, code: QRCode) -> SafeString:
        return format_html('<a class="text-link" href="{0}">{0}</a>', code.public_url())


def picture_url(code: QRCode, kind: str) -> str:
    return reverse("chat:qr_picture", kwargs={"pk": code.pk, "kind": kind})


@register(WidgetSite)
class WidgetSiteAdmin(PropertyScopedAdmin):
    seen_by = edited_by = (MANAGER,)
    list_display = ("origin", "property")
    list_filter = ("property",)
    list_select_related = ("property",)
    search_fields = ("origin",)
    readonly_fields = ("tag",)

    def get_fields(self, request: HttpRequest, obj: WidgetSite | None = None) -> tuple[str, ...]:
        return ("property", "origin", "tag") if obj else ("property", "origin")

    @display(description="Put this on the page")
    def tag(self, site: WidgetSite) -> SafeString:
        return format_html(
            '<code>&lt;script src="{}" data-property="{}" async&gt;&lt;/script&gt;</code>',
            settings.PUBLIC_ADDRESS.link(reverse("chat:widget_script")),
            site.property.slug,
        )
