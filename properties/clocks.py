"""What time it is for a member of staff: that of the property whose rows they look at."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from properties.access import owning_property, properties_of
from properties.places import city_of


@dataclass(frozen=True)
class Clock:
    time_zone: ZoneInfo
    is_one_of_several: bool = False
    """Then no time is understood without its place."""


def clock_of(request: HttpRequest) -> Clock:
    """The clock of most of the user's properties. Asked for several times a page, so it is kept."""
    kept = request.__dict__
    if "_clock" not in kept:
        kept["_clock"] = _clock(request)
    clock: Clock = kept["_clock"]
    return clock


def _clock(request: HttpRequest) -> Clock:
    zones = (
        properties_of(request.user)
        .values_list("time_zone")
        .annotate(count=models.Count("pk"))
        .order_by("-count", "time_zone")[:2]
    )
    named = [name for name, _ in zones]
    return Clock(ZoneInfo(named[0] if named else settings.TIME_ZONE), len(named) > 1)


def zone_of(row: models.Model) -> ZoneInfo:
    """That of the property that owns the row; the one of the page where none does."""
    owner = owning_property(row)
    return ZoneInfo(owner.time_zone) if owner else ZoneInfo(timezone.get_current_timezone_name())


def told_with_place(moment: datetime, zone: ZoneInfo) -> str:
    """For example "28. November 2026 12:50 (Wien)"."""
    told = date_format(timezone.localtime(moment, zone), "DATETIME_FORMAT")
    return f"{told} ({city_of(zone.key)})"
