"""Every page of the admin, found by what is registered, so that a new one is walked at once."""

from html.parser import HTMLParser
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from properties.access import property_path
from properties.merging import SHOWN
from properties.models import Property

MODELS: list[type[Model]] = sorted(admin.site._registry, key=lambda model: model._meta.label)
TENANT_MODELS = [model for model in MODELS if property_path(model)]


class Hidden(HTMLParser):
    """The hidden inputs of a piece of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "input" and values.get("type") == "hidden":
            self.inputs[values.get("name") or ""] = values.get("value") or ""


def address(model: type[Model], page: str, *keys: Any) -> str:
    meta = model._meta
    return reverse(
        f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[quote(key) for key in keys]
    )


def rows_of(model: type[Model], property_: Property) -> list[Any]:
    return list(model._default_manager.filter(**{str(property_path(model)): property_.pk}))


def snapshot(model: type[Model], property_: Property) -> list[dict[str, Any]]:
    """All that the database holds of a property's rows."""
    rows = model._default_manager.filter(**{str(property_path(model)): property_.pk})
    return list(rows.order_by("pk").values())


def form_values(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send back if the form at `url` were saved as it stands."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    return values_of(forms)


def changelist_values(client: Client, url: str) -> dict[str, Any]:
    formset = client.get(url).context["cl"].formset
    return values_of([formset.management_form, *formset.forms])


def values_of(forms: list[Any]) -> dict[str, Any]:
    return {
        name: value
        for form in forms
        for field in form
        for name, value in {**_inputs(field), **_shown(field)}.items()
        if value is not None
    }


def _shown(field: Any) -> dict[str, str]:
    """What the page says, hidden, that it showed."""
    hidden = Hidden()
    hidden.feed(str(field))
    return {name: value for name, value in hidden.inputs.items() if name.endswith(SHOWN)}


def _inputs(field: Any) -> dict[str, Any]:
    """The browser's names and values of one field; an unticked box sends nothing."""
    if field.field.disabled:
        return {}
    value = field.value()
    widget = field.field.widget
    if hasattr(widget, "widgets_names"):
        values = widget.decompress(value) if not isinstance(value, list) else value
        return {
            field.html_name + suffix: each
            for suffix, each in zip(widget.widgets_names, values, strict=True)
        }
    if value is False or widget.needs_multipart_form:
        return {}
    return {field.html_name: value}
