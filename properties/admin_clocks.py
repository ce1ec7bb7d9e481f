"""Times in the admin: each row tells that of its own property.

Whoever works in one time zone reads times as they are used to. Whoever works in several reads
behind each time whose it is.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from properties.clocks import clock_of, told_with_place, zone_of


class LocalTimes(ModelAdmin):
    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        row = super().get_object(request, *args, **kwargs)
        if row is not None:
            timezone.activate(zone_of(row))
        return row

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._with_places(request, super().get_list_display(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self._with_places(request, super().get_readonly_fields(request, obj))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            (title, {**options, "fields": self._with_places(request, options["fields"])})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def _with_places(self, request: HttpRequest, names: Sequence[Any]) -> list[Any]:
        if not clock_of(request).is_one_of_several:
            return list(names)
        return [time_with_place(self.opts, name) or name for name in names]


@cache
def time_with_place(options: Any, name: Any) -> Callable[[models.Model], str] | None:
    """A column for the moment called `name`; None where `name` is nothing of the kind.

    Kept, because Django knows a column again by its identity.
    """
    try:
        field = options.get_field(name) if isinstance(name, str) else None
    except FieldDoesNotExist:
        return None
    if not isinstance(field, models.DateTimeField):
        return None

    def told(row: models.Model) -> str:
        moment = getattr(row, field.attname)
        return told_with_place(moment, zone_of(row)) if moment else "-"

    told.short_description = field.verbose_name  # type: ignore[attr-defined]
    told.admin_order_field = field.name  # type: ignore[attr-defined]
    return told
