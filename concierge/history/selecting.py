"""Which rows of the history belong together."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from concierge.history.models import RowChange
from concierge.history.steps import Effect, effects_of
from concierge.history.tracked import TRACKED, Tracked
from concierge.history.values import Values, current, read

Key = tuple[str, str]


def with_what_is_under(rows: Sequence[RowChange], root: Key) -> list[RowChange]:
    """Of one change's rows: those of `root`, and of all that hangs under it."""
    chosen: set[Key] = {root}
    while grown := {_key(row) for row in rows if _parents(row) & chosen} - chosen:
        chosen |= grown
    return [row for row in rows if _key(row) in chosen]


def left_deleted(rows: Sequence[RowChange]) -> list[RowChange]:
    """Of one change's rows, oldest first: those of what it took away."""
    last = {_key(row): row for row in rows}
    return [row for row in rows if last[_key(row)].after is None]


def _key(row: RowChange) -> Key:
    return row.model, row.object_id


def _parents(row: RowChange) -> set[Key]:
    values = row.before or row.after or {}
    parents = TRACKED[row.model].parents if row.model in TRACKED else {}
    return {(model._meta.label_lower, str(values.get(name))) for name, model in parents.items()}


def history_of(rows: QuerySet[RowChange], tracked: Tracked, key: str) -> QuerySet[RowChange]:
    """What happened to a row and to its parts: a dish and its allergens, an FAQ as translated."""
    wanted = Q(model=tracked.label, object_id=key)
    for part in parts_of(tracked):
        under_it = Q(**{f"before__{part.part_of}": int(key)})
        under_it |= Q(**{f"after__{part.part_of}": int(key)})
        wanted |= Q(model=part.label) & under_it
    return rows.filter(wanted)


def parts_of(tracked: Tracked) -> list[Tracked]:
    return [
        part
        for part in TRACKED.values()
        if part.part_of and part.parents[part.part_of] is tracked.model
    ]


def back_to(rows: Iterable[RowChange], version: RowChange) -> list[Effect]:
    """What brings a row and its parts back to where `version` left them.

    `rows` is all of their history. What was signed is left out: the kitchen records it anew.
    """
    effects = [
        Effect(each.tracked, each.key, each.property_id, _then(of_it, version), now)
        for each, of_it in _by_row(rows)
        if not each.tracked.signed
        for now in [_now(each.tracked, each.key)]
    ]
    return [effect for effect in effects if effect.before != effect.after]


def _by_row(rows: Iterable[RowChange]) -> list[tuple[Effect, list[RowChange]]]:
    ordered = sorted(rows, key=lambda row: row.pk)
    return [
        (effect, [row for row in ordered if _key(row) == (effect.tracked.label, effect.key)])
        for effect in effects_of(ordered)
    ]


def _then(rows: list[RowChange], version: RowChange) -> Values | None:
    """How the row was when `version` had been written; `rows` is its history, oldest first."""
    tracked = TRACKED[rows[0].model]
    until = [row for row in rows if row.pk <= version.pk]
    return read(tracked, until[-1].after if until else rows[0].before)


def _now(tracked: Tracked, key: str) -> Values | None:
    row: Any = tracked.model._base_manager.filter(pk=key).first()
    return current(tracked, row) if row else None
