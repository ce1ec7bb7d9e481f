"""The verdict on one allergen in one dish: read from its record, and from nothing else."""

from typing import Literal
from zoneinfo import ZoneInfo

from menus.allergens import Presence
from menus.phrases import allergen_names, say
from menus.query import Dish, Record

Finding = Literal["contains", "may_contain", "free", "void", "unknown"]

WARNINGS = frozenset({"contains", "may_contain"})


def judge(record: Record | None) -> Finding:
    """ "free" needs a verification of the recipe as it is today; whatever warns goes on to warn."""
    if record is None:
        return "unknown"
    if record.presence == Presence.CONTAINS:
        return "contains"
    if record.presence == Presence.MAY_CONTAIN:
        return "may_contain"
    if record.presence == Presence.VERIFIED_FREE:
        return "free" if record.holds else "void"
    return "unknown"


def verdict(dish: Dish, allergen: str, language: str, time_zone: str) -> tuple[Finding, str]:
    """The finding, and the sentence that names the dish, the allergen and the record."""
    record = dish.records.get(allergen)
    finding = judge(record)
    return finding, say(
        finding,
        language,
        dish=dish.name,
        allergen=allergen_names([allergen], language),
        record=_dated(record, language, time_zone),
    )


def _dated(record: Record | None, language: str, time_zone: str) -> str:
    if record is None or record.recorded_at is None:
        return say("undated", language)
    local = record.recorded_at.astimezone(ZoneInfo(time_zone))
    return say("record", language, date=local.date().isoformat())
