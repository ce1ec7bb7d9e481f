"""An import holds its house for a whole line: who saves meanwhile is told so, and loses nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from psycopg.errors import LockNotAvailable

SECONDS = 3
"""Longer than a colleague's save takes, and no longer than somebody looks at a page that loads."""


class HouseIsHeld(Exception):
    """Nothing was written, since another holds what would have been."""


def unless_held(
    request: HttpRequest, view: Callable[[], HttpResponse], otherwise: Callable[[], HttpResponse]
) -> HttpResponse:
    """`view`, done whole; or, of a request that `is_held`, `otherwise`."""
    if request.method != "POST":
        return view()
    try:
        with _waiting_briefly():
            return view()
    except HouseIsHeld:
        request.__dict__["is_held"] = True
        return otherwise()


def is_held(request: HttpRequest) -> bool:
    return "is_held" in request.__dict__


@contextmanager
def _waiting_briefly() -> Iterator[None]:
    """Raises HouseIsHeld where a lock is not to be had in SECONDS."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{SECONDS}s"])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise HouseIsHeld from error
        raise
