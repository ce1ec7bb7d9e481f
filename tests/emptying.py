"""How a database is empty again after a test that commits: its rows are deleted.

Django truncates all tables, filled or not, and makes every permission anew, which takes longer
than most tests. Here the tables that hold rows are looked for in one statement and emptied in
another; what the migrations left stays.
"""

import functools

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

KEPT = {"django_content_type", "auth_permission", "django_migrations"}


def empty_the_database() -> None:
    """Until nothing is left: another process may have been writing what was asked of it last, and
    only once its house is gone can it write no more.
    """
    with connection.cursor() as cursor:
        while filled := _filled(cursor):
            _empty(cursor, filled)


def _filled(cursor: CursorWrapper) -> list[str]:
    cursor.execute(_which_are_filled())
    return [table for (table,) in cursor.fetchall()]


def _empty(cursor: CursorWrapper, filled: list[str]) -> None:
    with transaction.atomic():
        # All rows go, so that none can be left without the one it refers to.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(";".join(f'DELETE FROM "{table}"' for table in filled))  # noqa: S608
        cursor.execute("SET LOCAL session_replication_role = origin")


@functools.cache
def _which_are_filled() -> str:
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.managed} - KEPT
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")"  # noqa: S608
        for table in sorted(tables)
    )
