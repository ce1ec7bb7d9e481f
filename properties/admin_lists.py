"""Lists that send what they must and no more.

An action needs the rows that were ticked. In the form around the list it would take all editable
cells of all rows along; so what belongs to actions has a form of its own.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.checks import CheckMessage, Error
from django.db import models
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, checkbox
from unfold.decorators import display
from unfold.forms import ActionForm


class OwnForm(ActionForm):
    owner = "list-actions"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["form"] = self.owner


class ListAdmin(ModelAdmin):
    action_form = OwnForm
    list_after_template = "properties/list_actions.html"
    list_max_show_all = settings.ROWS_IN_A_LIST

    @display(description=SafeString(checkbox.render("action_toggle_all", 1)))
    def action_checkbox(self, row: models.Model) -> str:
        return checkbox.render(ACTION_CHECKBOX_NAME, str(row.pk), {"form": OwnForm.owner})


def whole_lists_can_be_sent(**_: Any) -> list[CheckMessage]:
    """Whoever makes another column editable raises the limit, or "Show all" cannot be saved."""
    return [
        Error(
            f"{type(page).__name__} has {len(page.list_editable)} editable columns.",
            hint="Raise CELLS_IN_A_ROW in concierge/settings.py.",
            id="properties.E001",
        )
        for page in admin.site._registry.values()
        if len(page.list_editable) > settings.CELLS_IN_A_ROW
        or (page.list_editable and page.list_max_show_all > settings.ROWS_IN_A_LIST)
    ]
