"""The files behind the photos: none is lost that can be restored, and none is kept beyond that."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from concierge.history.changing import unseen
from concierge.history.models import RowChange
from concierge.history.tracked import TRACKED, Tracked
from properties.access import owning_property_id
from properties.photos import EncodedFile, PhotoField, encode, is_encoded
from retrieval.tenants import writing

logger = logging.getLogger(__name__)
# An upload is on the disk a moment before its row is committed.
YOUNG = timedelta(days=1)


def tidy() -> tuple[int, int]:
    """How many photos of earlier versions were made small, and how many files removed."""
    fields = list(_photo_fields())
    encoded = sum(_encode_raw(tracked, field) for tracked, field in fields)
    return encoded, sum(_remove_unused(tracked, field) for tracked, field in fields)


def _photo_fields() -> Iterator[tuple[Tracked, PhotoField]]:
    for tracked in TRACKED.values():
        for field in tracked.fields.values():
            if isinstance(field, PhotoField):
                yield tracked, field


def _encode_raw(tracked: Tracked, field: PhotoField) -> int:
    """Photos that were uploaded before photos were made small, with where they were taken."""
    rows = tracked.model._base_manager.exclude(**{field.name: ""})
    names = dict(rows.values_list("pk", field.name))
    raw = [pk for pk, name in names.items() if not is_encoded(name)]
    return sum(_encode_one(tracked, field, pk, names[pk]) for pk in raw)


def _encode_one(tracked: Tracked, field: PhotoField, pk: Any, name: str) -> bool:
    """Nobody would undo this, and the history knows the photo by its new name too."""
    rows = tracked.model._base_manager.filter(**{"pk": pk, field.name: name})
    seen = rows.first()
    if seen is None:
        return False
    try:
        # That takes a second, for which nobody shall wait.
        with field.storage.open(name) as file:
            small = EncodedFile(encode(file), name)
        with unseen(), writing([owning_property_id(seen)]):
            row = rows.select_for_update(of=("self",)).first()
            if row is None:
                return False
            photo = getattr(row, field.name)
            photo.save(name, small, save=True)
            _rename_in_history(tracked, field.name, name, photo.name)
            transaction.on_commit(lambda: photo.storage.delete(name))
    except (OSError, ValidationError) as error:
        logger.warning("Photo %s of %s %s was not made small: %s", name, tracked.label, pk, error)
        return False
    return True


def _rename_in_history(tracked: Tracked, field: str, old: str, new: str) -> None:
    named = Q(**{f"before__{field}": old}) | Q(**{f"after__{field}": old})
    for row in RowChange.objects.filter(named, model=tracked.label):
        for values in (row.before, row.after):
            if values and values.get(field) == old:
                values[field] = new
        row.save()


def _remove_unused(tracked: Tracked, field: PhotoField) -> int:
    """Files that neither a row nor its history names."""
    root = str(field.upload_to).rstrip("/")
    used = set(_names_in_use(tracked, field.name))
    kept = used | {str(PurePosixPath(name).parent) for name in used}
    storage = field.storage
    if not storage.exists(root):
        return 0
    folders, files = storage.listdir(root)
    unused = [f"{root}/{name}" for name in files if f"{root}/{name}" not in kept]
    for folder in (f"{root}/{name}" for name in folders):
        if folder not in kept:
            unused += [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
    return sum(_remove(storage, path) for path in unused)


def _names_in_use(tracked: Tracked, field: str) -> Iterator[str]:
    yield from tracked.model._base_manager.values_list(field, flat=True)
    history = RowChange.objects.filter(model=tracked.label).order_by()
    for pair in history.values_list(f"before__{field}", f"after__{field}").distinct():
        yield from (name for name in pair if name)


def _remove(storage: Storage, path: str) -> bool:
    if storage.get_modified_time(path) > timezone.now() - YOUNG:
        return False
    storage.delete(path)
    folder = str(PurePosixPath(path).parent)
    if not any(storage.listdir(folder)):
        storage.delete(folder)
    return True
