"""When dishes are served, in the property's own time: as an SQL filter, and for its kitchen.

A dish that is served until an hour not later than the one it begins at, ends the next day: from
18:00 until 02:00 on Friday, it can be had on Saturday at 01:00.
"""

import datetime
from dataclasses import dataclass

from django.db.models import F, Q

from menus.availability import Weekday
from menus.parser import Moment

DAYS = list(Weekday)
OVERNIGHT = Q(available_until__lte=F("available_from"))


def weekday(day: datetime.date) -> Weekday:
    return DAYS[day.weekday()]


def served(moment: Moment, local: datetime.datetime) -> Q:
    """The filter for dishes that are served then, asked at `local` in the property's time zone."""
    day, time = _resolve(moment, local)
    if time is None:
        return _on(day) & _still_to_come(local) if moment.day == "today" else _on(day)
    begun = Q(available_from=None) | Q(available_from__lte=time)
    not_over = Q(available_until=None) | Q(available_until__gt=time)
    return (
        (_on(day) & begun & not_over & ~OVERNIGHT)
        | (_on(day) & Q(available_from__lte=time) & OVERNIGHT)
        | (_on(_before(day)) & Q(available_until__gt=time) & OVERNIGHT)
    )


def _resolve(
    moment: Moment, local: datetime.datetime
) -> tuple[Weekday | None, datetime.time | None]:
    today = weekday(local.date())
    if moment.day == "tomorrow":
        return weekday(local.date() + datetime.timedelta(days=1)), moment.time
    if moment.day not in {"", "today"}:
        return Weekday(moment.day), moment.time
    if moment.now or moment.day == "today":
        time = moment.time or (local.time() if moment.now else None)
        return today, time
    return None, moment.time


def _on(day: Weekday | None) -> Q:
    return Q(days=[]) | Q(days__contains=[day]) if day else Q()


def _before(day: Weekday | None) -> Weekday | None:
    return DAYS[DAYS.index(day) - 1] if day else None


def _still_to_come(local: datetime.datetime) -> Q:
    return Q(available_until=None) | Q(available_until__gt=local.time()) | OVERNIGHT


@dataclass(frozen=True)
class Hours:
    """When one dish is served: each of `days`, or every day where there are none."""

    days: tuple[str, ...]
    start: datetime.time | None
    end: datetime.time | None

    @property
    def always(self) -> bool:
        return not self.days and self.start is None and self.end is None

    def on(self, day: datetime.date) -> tuple[datetime.datetime, datetime.datetime] | None:
        """From when until when it is served that begins on `day`, in local time without a zone."""
        if self.days and weekday(day) not in self.days:
            return None
        start = datetime.datetime.combine(day, self.start or datetime.time())
        ends_next_day = self.end is None or (self.start is not None and self.end <= self.start)
        last_day = day + datetime.timedelta(days=1) if ends_next_day else day
        return start, datetime.datetime.combine(last_day, self.end or datetime.time())

    def closing(self, local: datetime.datetime) -> datetime.datetime | None:
        """When it ends, if it is served now."""
        for day in (local.date(), local.date() - datetime.timedelta(days=1)):
            times = self.on(day)
            if times and times[0] <= local < times[1]:
                return times[1]
        return None

    def opening(self, local: datetime.datetime) -> datetime.datetime | None:
        """When it is served next, within a week."""
        for offset in range(8):
            times = self.on(local.date() + datetime.timedelta(days=offset))
            if times and times[0] > local:
                return times[0]
        return None
