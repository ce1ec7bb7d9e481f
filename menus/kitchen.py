"""Whether food can be ordered now and until when, computed from when the dishes are served."""

import datetime
from collections.abc import Sequence

from menus.phrases import say, weekday_name
from menus.query import Dish


def kitchen_hours(dishes: Sequence[Dish], local: datetime.datetime, language: str) -> str:
    """Per menu, at `local` in the property's time zone. "" where no dish has hours.

    The hours are those of a clock on the wall, so they are reckoned without a zone: dinner ends at
    22:00 on the night that the clocks change, too.
    """
    if all(dish.hours.always for dish in dishes):
        return ""
    wall = local.replace(tzinfo=None)
    closing = _closing(dishes, wall)
    if closing:
        menus = ", ".join(_until(menu, end, language) for menu, end in closing.items())
        return say("open", language, menus=menus)
    openings = [(dish.hours.opening(wall), dish.menu) for dish in dishes]
    start, menu = min((start, menu) for start, menu in openings if start)
    day = weekday_name(start.weekday(), language)
    return say("closed", language, menu=menu, day=day, time=f"{start:%H:%M}")


def _closing(
    dishes: Sequence[Dish], wall: datetime.datetime
) -> dict[str, datetime.datetime | None]:
    """Menu → when the last of its dishes that is served now ends; None for never."""
    ends: dict[str, datetime.datetime | None] = {}
    for dish in dishes:
        end = dish.hours.closing(wall)
        if dish.hours.always:
            ends[dish.menu] = None
        elif end and (known := ends.get(dish.menu, end)):
            ends[dish.menu] = max(known, end)
    return ends


def _until(menu: str, end: datetime.datetime | None, language: str) -> str:
    if end is None:
        return say("around_the_clock", language, menu=menu)
    return say("until", language, menu=menu, time=f"{end:%H:%M}")
