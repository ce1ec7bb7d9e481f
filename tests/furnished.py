"""Houses that are made once a run, as the product makes them, and copied into each test's database.

Making one takes a hundred statements and the models; copying its rows takes one. A test still
finds nothing but the houses that it names, with an id of the house that no other test had: what
the product remembers of a house (budgets, failures, caches) does not reach the next test.
"""

import functools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from concierge.history.models import RowChange
from properties.models import Property

Rows = list[dict[str, Any]]
Make = Callable[[], Property]

MADE_HERE = "age(xmin) <= age(pg_current_xact_id()::xid)"
"""Rows of this transaction and its savepoints, whose numbers are later ones."""


def furnished(make: Make) -> Property:
    """What `make` makes: its own work the first time, copies of its rows from then on."""
    made, rows = _made_once(make)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('properties_property', 'id'))")
        (new,) = cursor.fetchone()
        copies = {model: _moved(model, each, made, new) for model, each in rows.items()}
        # Without the triggers: what they would add is among the rows.
        cursor.execute(
            "SET LOCAL session_replication_role = replica;"
            + ";".join(_insertion(model) for model in copies)
            + "; SET LOCAL session_replication_role = origin",
            [json.dumps(each) for each in copies.values()],
        )
    return Property.objects.get(pk=new)


@functools.cache
def _made_once(make: Make) -> tuple[int, dict[type[models.Model], Rows]]:
    """The id of the house and all its rows. In a thread, for a connection and transaction of its
    own: the test's may hold other houses already.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_made, make).result()


def _made(make: Make) -> tuple[int, dict[type[models.Model], Rows]]:
    try:
        with transaction.atomic():
            property_ = make()
            tables = apps.get_models(include_auto_created=True)
            rows = {model: _rows(model) for model in tables if not model._meta.proxy}
            transaction.set_rollback(True)
        return property_.pk, {model: each for model, each in rows.items() if each}
    finally:
        connection.close()


def _rows(model: type[models.Model]) -> Rows:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t WHERE {MADE_HERE}')  # noqa: S608
        return [json.loads(row) for (row,) in cursor.fetchall()]


def _moved(model: type[models.Model], rows: Rows, old: int, new: int) -> Rows:
    """The rows as those of the house with the id `new`."""
    columns = [
        str(field.column)
        for field in model._meta.concrete_fields
        if field.related_model is Property or (model is Property and field.primary_key)
    ]
    moved = [row | {name: new for name in columns if row[name] == old} for row in rows]
    return [_moved_change(row, old, new) for row in moved] if model is RowChange else moved


def _moved_change(row: dict[str, Any], old: int, new: int) -> dict[str, Any]:
    """What the history keeps of a row names the house as well, and so does a change of it."""
    sides = {
        side: row[side] | {"property_id": new}
        for side in ("before", "after")
        if row[side] and row[side].get("property_id") == old
    }
    is_the_house = row["model"] == "properties.property" and row["object_id"] == str(old)
    return row | sides | ({"object_id": str(new)} if is_the_house else {})


def _insertion(model: type[models.Model]) -> str:
    columns = ", ".join(
        f'"{field.column}"' for field in model._meta.concrete_fields if not field.generated
    )
    table = f'"{model._meta.db_table}"'
    return (
        f"INSERT INTO {table} ({columns}) "  # noqa: S608
        f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    )
