"""The values of a row: as the history keeps them, as the models have them, as people read them."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import capfirst

from concierge.history.tracked import Tracked

Values = dict[str, Any]
# A hash says nothing to a person.
UNREADABLE = {"recipe"}


def read(tracked: Tracked, kept: Values | None) -> Values | None:
    """What the history kept, for the fields that the model still has."""
    if kept is None:
        return None
    return {
        name: _from_json(field, kept[name])
        for name, field in tracked.fields.items()
        if name in kept
    }


def _from_json(field: models.Field, value: Any) -> Any:
    """JSON reads a price as a binary fraction: its digits make it a decimal number again."""
    if value is None:
        return None
    return field.to_python(str(value) if isinstance(field, models.DecimalField) else value)


def current(tracked: Tracked, row: models.Model) -> Values:
    return {name: _plain(getattr(row, name)) for name in tracked.fields}


def _plain(value: object) -> object:
    return value.name or "" if isinstance(value, models.fields.files.FieldFile) else value


def differing(before: Values, after: Values) -> list[str]:
    return [name for name in before if name in after and before[name] != after[name]]


def title_of(tracked: Tracked, values: Values) -> str:
    return in_words(tracked.fields[tracked.title], values.get(tracked.title)) or "without a name"


def labels_of(tracked: Tracked, names: Iterable[str]) -> list[str]:
    return [label_of(tracked.fields[name]) for name in names if name not in UNREADABLE]


def label_of(field: models.Field) -> str:
    return capfirst(str(field.verbose_name))


def in_words(field: models.Field, value: Any) -> str:
    """ "" for what is empty."""
    if value is None or value in ("", []):
        return ""
    if isinstance(field, models.BooleanField):
        return "yes" if value else "no"
    if isinstance(field, ArrayField):
        return ", ".join(in_words(field.base_field, each) for each in value)
    if isinstance(field, models.ForeignKey):
        return _related_in_words(field, value)
    if isinstance(field, models.FileField):
        return "a photo"
    if isinstance(field, models.DecimalField):
        return f"{value:.{field.decimal_places}f}"
    if isinstance(field, models.DateTimeField):
        return localize(timezone.localtime(value))
    return str(dict(field.flatchoices).get(value, value))


def _related_in_words(field: models.ForeignKey, key: Any) -> str:
    row = field.related_model._base_manager.filter(pk=key).first()
    return str(row) if row else "one that is gone"


def compared(
    tracked: Tracked, before: Values | None, after: Values | None
) -> list[tuple[str, str, str]]:
    """Field by field: its label, what it was, what it is. What is new or gone is shown whole."""
    old, new = before or {}, after or {}
    names = differing(old, new) if before and after else [*(before or after or {})]
    rows = [
        (label_of(field), in_words(field, old.get(name)), in_words(field, new.get(name)))
        for name, field in tracked.fields.items()
        if name in names and name not in UNREADABLE and name != tracked.part_of
    ]
    return [row for row in rows if row[1] or row[2]]
