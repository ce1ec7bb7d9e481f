"""Documents → vectors."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import models, transaction
from django.db.models import Q

from retrieval.embedders import get_embedder
from retrieval.embedders.formula import embed_items
from retrieval.models import Embedded, OutboxEntry
from retrieval.registry import content_models


def embed_entries(entries: Iterable[OutboxEntry]) -> set[int]:
    """Embed the rows that `entries` name, unless they are gone or already up to date.

    Returns the primary keys of entries whose rows somebody is writing just now: they are to be
    tried again, for whoever writes may give it up.
    """
    left: set[int] = set()
    by_kind = sorted(entries, key=lambda entry: entry.kind)
    for kind, group in groupby(by_kind, key=lambda entry: entry.kind):
        chosen = list(group)
        anew = {entry.object_id for entry in chosen if entry.anew}
        rows = content_models()[kind].objects.light()
        rows = rows.filter(pk__in={entry.object_id for entry in chosen})
        busy = embed_rows([row for row in rows if row.pk in anew or needs_embedding(row)])
        left |= {entry.pk for entry in chosen if entry.object_id in busy}
    return left


def missed(model: type[Embedded]) -> models.QuerySet[Embedded]:
    """Rows whose vectors are not of their text, or not of the model in service.

    Told in comparisons that an index answers: of rows that are up to date none is read.
    """
    in_service = get_embedder().model_id
    other = Q(embedded_with__lt=in_service) | Q(embedded_with__gt=in_service)
    return model.objects.filter(Q(waits=True) | other)


def needs_embedding(row: Embedded) -> bool:
    """Whether the row's text or the model in service has changed since it was embedded."""
    return row.is_stale() or row.embedded_with != get_embedder().model_id


def embed_rows(rows: Sequence[Embedded]) -> set[int]:
    """Compute and store the vectors of `rows`, with the model's name and the text's hash.

    Returns the primary keys of those that could not be stored: somebody is writing them.
    """
    embedder = get_embedder()
    for name, group in _by_house(rows).items():
        texts = [(row.document_title, row.document_body) for row in group]
        for row, vector in zip(group, embed_items(embedder, texts, name), strict=True):
            row.vector = vector
            row.embedded_hash = row.content_hash
            row.embedded_with = embedder.model_id
    busy: set[int] = set()
    for model in {type(row) for row in rows}:
        busy |= _store(model, [row for row in rows if type(row) is model])
    return busy


def _store(model: type[Embedded], rows: Sequence[Embedded]) -> set[int]:
    """Where the text is still what was embedded; returns which rows somebody else has locked.

    A newer text has an entry of its own. Waiting for a lock would be waiting for a whole import.
    """
    with transaction.atomic():
        free = model._base_manager.select_for_update(skip_locked=True, no_key=True)
        # In no order: the models' own would join the properties, and lock their rows as well.
        chosen = free.order_by().filter(pk__in=[row.pk for row in rows])
        hashes = dict(chosen.values_list("pk", "content_hash"))
        model._base_manager.bulk_update(
            [row for row in rows if hashes.get(row.pk) == row.content_hash],
            ["vector", "embedded_hash", "embedded_with"],
        )
    return {row.pk for row in rows} - set(hashes)


def _by_house(rows: Sequence[Embedded]) -> dict[str, list[Embedded]]:
    """The property's name → its rows: the name is taken out of their texts."""
    groups: dict[str, list[Embedded]] = {}
    for row in rows:
        groups.setdefault(row.property.name, []).append(row)
    return groups
