"""Postgres keeps the history, so that no way of writing goes round it.

A trigger a table sees bulk_create(), cascades, imports and raw SQL alike. It fires only where a
tracked field changes: embedding a row again costs nothing here and leaves no trace.
"""

import pgtrigger
from django.db import models

from concierge.history.tracked import TRACKED, Tracked
from properties.access import property_path


def register_triggers() -> None:
    """Each `migrate` installs what is registered, so a new field is in the history at once."""
    for tracked in TRACKED.values():
        pgtrigger.register(
            trigger(tracked, "history_row", pgtrigger.Insert | pgtrigger.Delete),
            trigger(tracked, "history_edit", pgtrigger.Update),
        )(tracked.model)


def trigger(tracked: Tracked, name: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    names = [field.name for field in tracked.fields.values()]
    edits = operation == pgtrigger.Update
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=operation,
        condition=pgtrigger.AnyChange(*names) if edits else None,
        func=_keep(tracked),
    )


def _keep(tracked: Tracked) -> str:
    key = tracked.model._meta.pk.column
    return f"""
        PERFORM history_keep(
            '{tracked.label}',
            {_property_of(tracked.model)},
            coalesce(NEW.{key}, OLD.{key})::text,
            CASE WHEN TG_OP <> 'INSERT' THEN {_as_json(tracked, "OLD")} END,
            CASE WHEN TG_OP <> 'DELETE' THEN {_as_json(tracked, "NEW")} END
        );
        RETURN NULL;
    """


def _as_json(tracked: Tracked, row: str) -> str:
    pairs = (f"'{name}', {row}.{field.column}" for name, field in tracked.fields.items())
    return f"jsonb_build_object({', '.join(pairs)})"


def _property_of(model: type[models.Model]) -> str:
    """SQL for the property that a row belongs to, also while it is deleted with its parents."""
    *steps, _ = (property_path(model) or "").split("__")
    if not steps:
        column = "id" if property_path(model) == "pk" else "property_id"
        return f"coalesce(NEW.{column}, OLD.{column})"
    (step,) = steps
    field = model._meta.get_field(step)
    parent = field.related_model._meta  # type: ignore[union-attr]
    key = field.column  # type: ignore[union-attr]
    return (
        f"(SELECT property_id FROM {parent.db_table} "  # noqa: S608  our own names
        f"WHERE {parent.pk.column} = coalesce(NEW.{key}, OLD.{key}))"
    )
