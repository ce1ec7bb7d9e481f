"""What all pages on content share: publishing, and whether guests already get the new words."""

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest
from unfold.decorators import action, display

from properties.admin_base import PropertyScopedAdmin

# Heavy, and of no use to staff.
INDEX_COLUMNS = ("search", "vector")


class ContentAdmin(PropertyScopedAdmin):
    """For models that derive from `retrieval.models.Embedded`."""

    actions: tuple[str, ...] = ("publish", "withdraw")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).defer(*INDEX_COLUMNS)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The last one says what became of a row, so a new one has none."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:-1]

    @display(
        description="in answers",
        label={"now": "success", "in a moment": "warning", "no, not published": "info"},
    )
    def in_answers(self, row: Any) -> str:
        if not row.published:
            return "no, not published"
        return "in a moment" if row.is_stale() else "now"

    @action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, rows: Any) -> None:
        self._edit(request, rows, "published", published=True)

    @action(description="Withdraw from answers", permissions=["change"])
    def withdraw(self, request: HttpRequest, rows: Any) -> None:
        self._edit(request, rows, "withdrawn", published=False)

    def _edit(self, request: HttpRequest, rows: Any, done: str, **values: object) -> None:
        count = rows.edit(**values)
        name = self.opts.verbose_name if count == 1 else self.opts.verbose_name_plural
        self.message_user(request, f"{count} {name} {done}.", messages.SUCCESS)
