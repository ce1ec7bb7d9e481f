"""Who writes, and from where: told to the database once a transaction.

A change is a transaction. What is written without saying more (in a shell) is kept as well, as
written directly.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from concierge.history.models import Change

SETTING = "concierge.change"


@contextmanager
def changing(
    origin: Change.Origin,
    *,
    by: int | None = None,
    detail: str = "",
    undoes: uuid.UUID | None = None,
) -> Iterator[uuid.UUID]:
    """All that the block writes is one change, done whole or not at all.

    Yields the change's id; the change itself exists once the block has written something.
    """
    change = uuid.uuid4()
    said = {"id": change, "origin": origin, "by": by, "detail": detail[:200], "undoes": undoes}
    with transaction.atomic(), _told(json.dumps(said, default=str)):
        yield change


@contextmanager
def unseen() -> Iterator[None]:
    """For what the product does to rows by itself, and nobody would undo: no history."""
    with transaction.atomic(), _told(json.dumps({"unseen": True})):
        yield


@contextmanager
def _told(context: str) -> Iterator[None]:
    """Local to the transaction: a pooled connection keeps nothing of it."""
    before = _tell(context)
    yield
    # After an exception there is nothing to restore: the transaction takes the setting back.
    _tell(before)


def _tell(context: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting(%s, true), set_config(%s, %s, true)",
            [SETTING, SETTING, context],
        )
        return cursor.fetchone()[0] or ""
