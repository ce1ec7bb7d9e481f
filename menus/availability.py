"""When a dish is served, as words for guests."""

import datetime

from django.db import models


class Weekday(models.TextChoices):
    MONDAY = "mon", "Monday"
    TUESDAY = "tue", "Tuesday"
    WEDNESDAY = "wed", "Wednesday"
    THURSDAY = "thu", "Thursday"
    FRIDAY = "fri", "Friday"
    SATURDAY = "sat", "Saturday"
    SUNDAY = "sun", "Sunday"


def in_words(days: list[str], start: datetime.time | None, end: datetime.time | None) -> str:
    """For example "on Friday, Saturday from 18:00 until 22:30", or "" for always."""
    parts = []
    if days:
        parts.append("on " + ", ".join(day.label for day in Weekday if day in days))
    if start:
        parts.append(f"from {start:%H:%M}")
    if end:
        parts.append(f"until {end:%H:%M}")
    return " ".join(parts)
