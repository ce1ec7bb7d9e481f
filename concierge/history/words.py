"""A change in one sentence: "changed menu item Lentil curry", "deleted 214 FAQs"."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Min, Q, QuerySet
from django.utils.text import Truncator, capfirst

from concierge.history.models import Change, RowChange
from concierge.history.tracked import TRACKED, Tracked
from concierge.history.values import title_of

ADDED = Q(before__isnull=True)
DELETED = Q(after__isnull=True)
NAMED = 160  # characters of a title


def sentences(rows: QuerySet[RowChange], changes: Iterable[Change]) -> dict[object, str]:
    """Change's key → what it did to `rows`, in as many queries for many changes as for one."""
    verbs = {"deleted": DELETED, "added": ADDED & ~DELETED, "changed": ~ADDED & ~DELETED}
    parts = defaultdict(list)
    counted = rows.filter(change__in=[change.pk for change in changes]).order_by()
    for verb, condition in verbs.items():
        groups = counted.filter(condition).values("change", "model")
        groups = groups.annotate(count=Count("object_id", distinct=True), example=Min("pk"))
        for group in groups:
            parts[group["change"]].append((verb, group))
    examples = rows.in_bulk(
        [
            group["example"]
            for groups in parts.values()
            for _, group in groups
            if group["count"] == 1
        ]
    )
    titles = titles_of(examples.values())
    return {
        change: _sentence([(verb, _what(group, titles)) for verb, group in groups])
        for change, groups in parts.items()
    }


def _what(group: Any, titles: Mapping[int, str]) -> str:
    tracked = TRACKED.get(group["model"])
    if tracked is None:
        return f"{group['count']} rows of another version"
    if title := titles.get(group["example"]):
        return f"{tracked.noun} “{title}”"
    return f"{group['count']} {tracked.nouns}"


def titles_of(rows: Iterable[RowChange]) -> dict[int, str]:
    """Row change's key → what its row is called; a query for each model that names another."""
    titles: dict[int, str] = {}
    for label, group in groupby(sorted(rows, key=lambda row: row.model), lambda row: row.model):
        if tracked := TRACKED.get(label):
            titles |= _titles(tracked, list(group))
    return titles


def _titles(tracked: Tracked, rows: Sequence[RowChange]) -> dict[int, str]:
    keys = {row.pk: (row.before or row.after or {}).get(tracked.title) for row in rows}
    if related := tracked.parents.get(tracked.title):
        named = related._base_manager.in_bulk({key for key in keys.values() if key is not None})
        return {pk: str(named.get(key, "one that is gone")) for pk, key in keys.items()}
    titles = {pk: title_of(tracked, {tracked.title: key}) for pk, key in keys.items()}
    return {pk: Truncator(title).chars(NAMED) for pk, title in titles.items()}


def _sentence(parts: list[tuple[str, str]]) -> str:
    said = defaultdict(list)
    for verb, what in parts:
        said[verb].append(what)
    return capfirst("; ".join(f"{verb} {', '.join(whats)}" for verb, whats in said.items()))


def who(change: Change) -> str:
    if change.by is not None:
        return name_of(change.by)
    if change.origin in (Change.Origin.PAGE, Change.Origin.ACTION, Change.Origin.UNDO):
        return "an account that is gone"
    return change.get_origin_display()


def name_of(user: AbstractBaseUser) -> str:
    return user.get_full_name() or user.get_username()  # type: ignore[attr-defined]


def where_from(change: Change) -> str:
    """An admin page's path stands in the change, and says nothing to its readers."""
    origin = change.get_origin_display()
    if not change.detail or change.origin == Change.Origin.PAGE:
        return origin
    return f"{origin}: {change.detail}"
