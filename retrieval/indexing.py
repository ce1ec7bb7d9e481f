"""Documents → vectors, in every space that speaks the document's language."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import models
from django.db.models import F, Q

from retrieval.embedders import get_embedder
from retrieval.embedders.formula import embed_items
from retrieval.models import Embedded, OutboxEntry
from retrieval.registry import content_models
from retrieval.spaces import signature, spaces_for_content


def embed_entries(entries: Iterable[OutboxEntry]) -> None:
    """Embed the rows that `entries` name, unless they are gone or already up to date."""
    by_kind = sorted(entries, key=lambda entry: entry.kind)
    for kind, group in groupby(by_kind, key=lambda entry: entry.kind):
        chosen = list(group)
        anew = {entry.object_id for entry in chosen if entry.anew}
        rows = content_models()[kind].objects.filter(pk__in={entry.object_id for entry in chosen})
        rows = rows.defer("search").select_related("property")
        embed_rows([row for row in rows if row.pk in anew or needs_embedding(row)])


def missed(model: type[Embedded]) -> models.QuerySet[Embedded]:
    """Rows whose vectors are not of their text, or not of the models in service."""
    current = Q()
    for language in model.objects.values_list("language", flat=True).distinct():
        current |= Q(language=language, embedded_with=signature(language))
    return model.objects.exclude(current, embedded_hash=F("content_hash"))


def needs_embedding(row: Embedded) -> bool:
    """Whether the row's text or the models in service have changed since it was embedded."""
    return row.is_stale() or row.embedded_with != signature(row.language)


def embed_rows(rows: Sequence[Embedded]) -> None:
    """Compute and store the vectors of `rows`, with the models' names and the text's hash."""
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
    for model in {type(row) for row in rows}:
        model._base_manager.bulk_update(
            [row for row in rows if type(row) is model],
            ["vector_english", "vector_multilingual", "embedded_hash", "embedded_with"],
        )


def _groups(rows: Sequence[Embedded]) -> dict[tuple[str, str], list[Embedded]]:
    """The property's name and the language → the rows that are embedded with both."""
    groups: dict[tuple[str, str], list[Embedded]] = {}
    for row in rows:
        groups.setdefault((row.property.name, row.language), []).append(row)
    return groups
