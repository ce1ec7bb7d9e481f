"""The sidebar and the home page of the admin: what a user may open, by what it is for."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from concierge.chat.models import Conversation, Handoff
from concierge.history.models import Change, DeletedRow
from faq.models import Faq
from menus.models import Item, Menu
from properties.access import visible_to
from properties.models import AnswerPage, Membership, Property, QRCode, WidgetSite
from recommendations.models import Recommendation
from retrieval.models import OutboxEntry

# Models with their icons among the Material Symbols.
GROUPS: dict[str, dict[type[Model], str]] = {
    "Content": {
        Menu: "menu_book",
        Item: "restaurant",
        Faq: "quiz",
        Recommendation: "explore",
    },
    "Property": {
        Property: "hotel",
        AnswerPage: "tune",
        QRCode: "qr_code_2",
        WidgetSite: "web",
        Membership: "badge",
    },
    "History": {Change: "history", DeletedRow: "restore_from_trash"},
    "Guests": {Handoff: "support_agent", Conversation: "forum"},
    "System": {User: "person", OutboxEntry: "outbox"},
}
NAMES: dict[type[Model], str] = {Membership: "Staff"}


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "items": [
                {
                    "title": name_of(model),
                    "icon": icon,
                    "link": address_of(model),
                    **(open_handoffs(request) if model is Handoff else {}),
                }
                for model, icon in models.items()
                if admin.site.get_model_admin(model).has_view_permission(request)
            ],
        }
        for title, models in GROUPS.items()
    ]


def open_handoffs(request: HttpRequest) -> dict[str, Any]:
    """The badge that counts them, red while one of them is urgent."""
    waiting = visible_to(request.user, Handoff.objects.open())
    count = waiting.aggregate(
        all=models.Count("pk"), urgent=models.Count("pk", filter=models.Q(urgent=True))
    )
    variant = "danger" if count["urgent"] else "info"
    return {"badge": str(count["all"]), "badge_variant": variant} if count["all"] else {}


def home(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the user may open, of Django's `apps`, under the sidebar's headings."""
    pages = {page["model"]: page for app in apps for page in app["models"]}
    groups = [
        {
            "name": title,
            "app_label": title.lower(),
            "app_url": reverse("admin:index"),
            "has_module_perms": True,
            "models": [
                {**pages[model], "name": name_of(model)} for model in models if model in pages
            ],
        }
        for title, models in GROUPS.items()
    ]
    return [group for group in groups if group["models"]]


def name_of(model: type[Model]) -> str:
    return NAMES.get(model) or capfirst(str(model._meta.verbose_name_plural))


def address_of(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
