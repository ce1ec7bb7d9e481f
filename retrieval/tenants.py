"""The properties, as this floor sees them: it does not import their model.

Whoever writes content of a property holds the lock on the property's row from before the first read
to the commit. A document is made of several rows (a dish, its section, its menu, the property's
name), so two who each read before the other's commit would leave a document that is older than
what it is made of, for good. One lock, taken first and in one order, also leaves no two of them
waiting for each other.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import models, transaction

Tenants = dict[int, Any]


def tenant_model() -> type[models.Model]:
    """The model of properties."""
    return apps.get_model("properties", "Property")


@contextmanager
def writing(property_ids: Iterable[int | None]) -> Iterator[Tenants]:
    """A transaction in which nobody else writes content of these properties.

    Yields the properties as they are now, by primary key.
    """
    with transaction.atomic():
        yield lock(property_ids)


def lock(property_ids: Iterable[int | None]) -> Tenants:
    """Wait until nobody else writes content of these properties, and keep others out from now on.

    Not a lock of the key: conversations of guests, which only refer to their property, go on.
    """
    rows = tenant_model()._default_manager.select_for_update(no_key=True)
    wanted = [pk for pk in property_ids if pk is not None]
    return {row.pk: row for row in rows.filter(pk__in=wanted).order_by("pk")}
