"""Documents → vectors, in every space that speaks the document's language."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import models, transaction
from django.db.models import Q

from retrieval.embedders import get_embedder
from retrieval.embedders.formula import embed_items
from retrieval.models import Embedded, OutboxEntry
from retrieval.registry import content_models
from retrieval.spaces import signature, spaces_for_content
from retrieval.tenants import tenant_model


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
    """Rows whose vectors are not of their text, or not of the models in service.

    Told in comparisons that an index answers: of rows that are up to date none is read.
    """
    wrong = Q(waits=True)
    # A row has its property's language; of those there are fewer to look through.
    languages = tenant_model()._default_manager.order_by().values_list("language", flat=True)
    for language in languages.distinct():
        in_service = signature(language)
        other = Q(embedded_with__lt=in_service) | Q(embedded_with__gt=in_service)
        wrong |= Q(language=language) & other
    return model.objects.filter(wrong)


def needs_embedding(row: Embedded) -> bool:
    """Whether the row's text or the models in service have changed since it was embedded."""
    return row.is_stale() or row.embedded_with != signature(row.language)


def embed_rows(rows: Sequence[Embedded]) -> set[int]:
    """Compute and store the vectors of `rows`, with the models' names and the text's hash.

    Returns the primary keys of those that could not be stored: somebody is writing them.
    """
    for row in rows:
        row.vector_english = row.vector_multilingual = None
    for (name, language), group in _groups(rows).items():
        texts = [(row.document_title, row.document_body) for row in group]
        for space in spaces_for_content(language):
            for row, vector in zip(
                group, embed_items(get_embedder(space), texts, name), strict=True
            ):
                setattr(row, f"vector_{space}", vector)
        for row in group:
            row.embedded_hash = row.content_hash
            row.embedded_with = signature(language)
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
            ["vector_english", "vector_multilingual", "embedded_hash", "embedded_with"],
        )
    return {row.pk for row in rows} - set(hashes)


def _groups(rows: Sequence[Embedded]) -> dict[tuple[str, str], list[Embedded]]:
    """The property's name and the language → the rows that are embedded with both."""
    groups: dict[tuple[str, str], list[Embedded]] = {}
    for row in rows:
        groups.setdefault((row.property.name, row.language), []).append(row)
    return groups
