"""The houses of a desk in the database, ready to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from concierge.evaluation.desk import HOUSES, BadFolder
from concierge.importing import BadLine, PropertyRow, import_row
from concierge.management.progress import embed_with_progress
from properties.models import Property


@dataclass(frozen=True)
class Houses:
    properties: Mapping[str, Property]
    imported: tuple[str, ...]
    found: tuple[str, ...]
    """Those that were there already. They are asked as they stand, whatever the folder says."""


def take_in(rows: Mapping[str, PropertyRow]) -> Houses:
    """Import what is missing, all of it or nothing, and embed. Raises BadFolder."""
    found = set(Property.objects.filter(slug__in=rows).values_list("slug", flat=True))
    missing = [row for id_, row in rows.items() if id_ not in found]
    with transaction.atomic():
        for row in missing:
            try:
                import_row(row, f"evaluate: {HOUSES}")
            except BadLine as error:
                raise BadFolder(f"{HOUSES}: {row.id}: {error}") from None
    properties = {each.slug: each for each in Property.objects.filter(slug__in=rows)}
    embed_with_progress([each.pk for each in properties.values()])
    return Houses(properties, tuple(row.id for row in missing), tuple(sorted(found)))
