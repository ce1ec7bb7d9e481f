"""Content from elsewhere: new rows are made, changed ones saved, equal ones left alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from retrieval.models import Embedded
from retrieval.tenants import writing


@dataclass
class Tally:
    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.created + other.created,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
        )

    def __str__(self) -> str:
        return f"{self.created} new, {self.changed} changed, {self.unchanged} unchanged"


def upsert(model: type[Embedded], property_: Any, rows: Mapping[str, Mapping[str, Any]]) -> Tally:
    """Bring the content of one property to what `rows` (external id → field values) say.

    Content that `rows` does not name stays as it is.
    """
    with writing([property_.pk]):
        known = model.objects.light().filter(property=property_, external_id__in=rows)
        existing = {row.external_id: row for row in known}
        tally = Tally()
        new = []
        for external_id, values in rows.items():
            row = existing.get(external_id)
            if row is None:
                new.append(model(property=property_, external_id=external_id, **values))
            elif any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                row.save()
                tally.changed += 1
            else:
                tally.unchanged += 1
        model.objects.bulk_create(new)
        tally.created = len(new)
    return tally
