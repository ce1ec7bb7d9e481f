"""What can be found: the abstract model of all content, and the outbox of what to embed again."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import prefetch_related_objects
from pgvector.django import HalfVectorField, HnswIndex

from encoder import DIMENSIONS
from retrieval.fulltext import weighted_document
from retrieval.tenants import Tenants, writing


@dataclass(frozen=True)
class Document:
    """How a piece of content reads to a search engine and to the model that answers from it.

    `title` is what a guest would ask for or call it; `body` what the answer is. `translations`
    maps a language to (title, body) that the staff wrote. `card` is what the chat shows beside the
    answer, as plain JSON, or None.
    """

    title: str
    body: str
    card: dict[str, Any] | None = None
    translations: dict[str, tuple[str, str]] = field(default_factory=dict)


E = TypeVar("E", bound="Embedded")


class EmbeddedQuerySet(models.QuerySet[E]):
    """Every way to write content leaves an outbox entry in the same transaction."""

    def light(self) -> "EmbeddedQuerySet[E]":
        """Without what only search reads, and with what documents are made of."""
        heavy = [
            each.name
            for each in self.model._meta.fields
            if isinstance(each, models.GeneratedField | HalfVectorField)
        ]
        rows = self.defer(*heavy).select_related("property", *self.model.document_joins)
        return rows.prefetch_related(*self.model.document_parts)

    def property_ids(self) -> list[int]:
        return list(self.order_by().values_list("property_id", flat=True).distinct())

    def edit(self, **values: object) -> int:
        """Set fields on all rows as staff would, one by one; returns how many."""
        from retrieval import lanes

        with writing(self.property_ids()):
            rows = list(self)
            with lanes.bulk_work(len(rows) > lanes.FEW):
                for row in rows:
                    for name, value in values.items():
                        setattr(row, name, value)
                    row.save()
        return len(rows)

    def refresh_documents(self) -> int:
        """Rewrite the documents after something they mention has changed (a menu's name)."""
        from retrieval import outbox

        with writing(self.property_ids()):
            changed = [row for row in self.light() if row.rewrite_document()]
            if changed:
                self.model._base_manager.bulk_update(changed, DERIVED_FIELDS, batch_size=500)
                outbox.record(changed)
        return len(changed)

    def bulk_create(self, objs: Iterable[E], *args: Any, **kwargs: Any) -> list[E]:
        from retrieval import outbox

        rows = list(objs)
        for row in rows:
            row.adopt_property()
        with writing({row.property_id for row in rows}) as properties:
            read_anew(rows, properties)
            for row in rows:
                row.write_document()
            created = super().bulk_create(rows, *args, **kwargs)
            outbox.record(created)
        return created

    def update(self, **values: object) -> int:
        raise TypeError("update() would leave documents and vectors stale: use edit().")


class Embedded(models.Model):
    """Content of one property that is found by meaning and by words.

    Subclasses name their `kind`, say in `to_document()` how they read, and how much the words of
    a question weigh beside its meaning (`word_weight`, see ranking.py); `document_joins` and
    `document_parts` are the relations that a document is made of, beside its property. A row whose
    `embedded_hash` differs from its `content_hash` waits to be embedded again; until then search
    embeds it itself (waiting.py), so it answers at once and never from its old text.
    """

    kind: ClassVar[str]
    word_weight: ClassVar[float] = 0.0
    document_joins: ClassVar[tuple[str, ...]] = ()
    document_parts: ClassVar[tuple[str, ...]] = ()
    property_path = "property"

    # Found by the indexes below.
    property = models.ForeignKey("properties.Property", models.CASCADE, db_index=False)
    external_id = models.CharField(
        max_length=100, blank=True, help_text="Its id in the system that it was imported from."
    )
    published = models.BooleanField(
        default=True, help_text="Only published content is used in answers."
    )
    updated_at = models.DateTimeField(auto_now=True)

    language = models.CharField(max_length=2, editable=False)
    document_title = models.TextField(editable=False)
    document_body = models.TextField(editable=False)
    document_card = models.JSONField(null=True, editable=False)
    document_translations = models.JSONField(default=dict, editable=False)
    content_hash = models.CharField(max_length=64, editable=False)
    search = models.GeneratedField(
        expression=weighted_document("document_title", "document_body", "language"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    # Of the text with `embedded_hash`, by the model `embedded_with`; null until then.
    vector = HalfVectorField(dimensions=DIMENSIONS, null=True, editable=False)
    embedded_hash = models.CharField(max_length=64, blank=True, editable=False)
    embedded_with = models.CharField(max_length=200, blank=True, editable=False)
    # A column, for the planner cannot guess how seldom two columns differ.
    waits = models.GeneratedField(
        expression=models.ExpressionWrapper(
            ~models.Q(embedded_hash=models.F("content_hash")), models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = EmbeddedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["property", "external_id"],
                condition=~models.Q(external_id=""),
                name="%(class)s_external_id_once",
            )
        ]
        indexes = [
            GinIndex(fields=["search"], name="%(class)s_search"),
            # What waits to be embedded, and what another model embedded: next to nothing.
            models.Index(
                fields=["property", "-updated_at"],
                condition=models.Q(waits=True),
                name="%(class)s_waits",
            ),
            models.Index(fields=["property", "embedded_with"], name="%(class)s_models"),
            HnswIndex(
                name="%(class)s_hnsw",
                fields=["vector"],
                m=16,
                ef_construction=64,
                opclasses=["halfvec_cosine_ops"],
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        from retrieval import outbox

        self.adopt_property()
        with writing([self.property_id]) as properties:
            row = self
            if kwargs.get("update_fields") is not None:
                row = self._as_stored_with(kwargs["update_fields"])
                kwargs["update_fields"] = {*kwargs["update_fields"], *DERIVED_FIELDS, "updated_at"}
            read_anew([row], properties)
            row.write_document()
            for name in DERIVED_FIELDS:
                setattr(self, name, getattr(row, name))
            super().save(*args, **kwargs)
            outbox.record([self])

    def _as_stored_with(self, names: Iterable[str]) -> "Embedded":
        """The row as others left it, with this object's values in the fields `names`."""
        stored: Embedded | None = type(self).objects.light().filter(pk=self.pk).first()
        if stored is None:
            return self
        for name in names:
            setattr(stored, name, getattr(self, name))
        return stored

    def adopt_property(self) -> None:
        """Set what the document needs and follows from other fields; called before that."""

    def to_document(self) -> Document:
        raise NotImplementedError

    def write_document(self) -> None:
        """Bring the derived columns up to date with what staff wrote."""
        document = self.to_document()
        self.language = self.property.language
        self.document_title = document.title
        self.document_body = document.body
        self.document_card = document.card
        self.document_translations = {
            language: list(pair) for language, pair in document.translations.items()
        }
        # The property's name is part of it: it is taken out of the text before embedding.
        read = "\0".join(
            (self.language, self.property.name, self.document_title, self.document_body)
        )
        self.content_hash = hashlib.sha256(read.encode()).hexdigest()

    def rewrite_document(self) -> bool:
        """Write the document again; whether it reads differently now."""
        before = [getattr(self, name) for name in DERIVED_FIELDS]
        self.write_document()
        return before != [getattr(self, name) for name in DERIVED_FIELDS]

    def forget_what_was_read(self) -> None:
        """Drop the related rows that this object remembers; the fields' own values stay."""
        for path in ("property", *self.document_joins):
            field: Any = self._meta.get_field(path.partition("__")[0])
            if getattr(self, field.attname) is not None and field.is_cached(self):
                field.delete_cached_value(self)
        for name in self.document_parts:
            getattr(self, "_prefetched_objects_cache", {}).pop(name, None)

    def is_stale(self) -> bool:
        return self.embedded_hash != self.content_hash


def read_anew(rows: Sequence[Embedded], properties: Tenants) -> None:
    """Fetch what the documents of `rows` are made of, whatever these objects remember of it.

    Call in writing(), with what it yields: what was read before may have changed since.
    """
    for row in rows:
        row.forget_what_was_read()
        if row.property_id in properties:
            row.property = properties[row.property_id]
    if rows:
        prefetch_related_objects(rows, *rows[0].document_joins)


DERIVED_FIELDS = (
    "language",
    "document_title",
    "document_body",
    "document_card",
    "document_translations",
    "content_hash",
)


class Lane(models.IntegerChoices):
    """What is worked off first (lanes.py)."""

    EDIT = 0, "edits"
    BULK = 1, "bulk work"


class OutboxEntry(models.Model):
    """A piece of content was written or deleted, and its index has to follow.

    Written in the same transaction as the content, so that an edit is never forgotten, whatever
    happens to the broker, the worker or the web process a moment later. It stands in line by its
    `lane` and `turn` (lanes.py); one that was put off has a `due_at` instead.
    """

    property = models.ForeignKey(
        "properties.Property", models.CASCADE, related_name="outbox", db_index=False
    )
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    lane = models.PositiveSmallIntegerField(choices=Lane, default=Lane.EDIT)
    turn = models.BigIntegerField(default=0)
    anew = models.BooleanField(default=False, help_text="Embed even if nothing has changed.")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When what failed is tried again."
    )
    error = models.TextField(blank=True)

    property_path = "property"

    class Meta:
        verbose_name_plural = "outbox entries"
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["lane", "turn", "id"],
                condition=models.Q(due_at=None),
                name="outbox_line",
            ),
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="outbox_again"
            ),
            # A house's own last turn; and each question asks whether an edit of its house waits.
            models.Index(fields=["property", "lane", "turn"], name="outbox_property"),
            models.Index(fields=["kind", "object_id"], name="outbox_object"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Bookmark(models.Model):
    """How far the sweep has read a kind of content (sweep.py): restarts do not begin it anew."""

    kind = models.CharField(max_length=40, primary_key=True)
    last = models.BigIntegerField(help_text="The primary key after which it goes on.")

    def __str__(self) -> str:
        return f"{self.kind} up to {self.last}"


class CachedAnswer(models.Model):
    """A generated answer, for whoever asks the same in other words (retrieval/cache).

    What was asked is not kept: `words` is a keyed hash of what it is about.
    """

    property = models.ForeignKey(
        "properties.Property", models.CASCADE, related_name="+", db_index=False
    )
    audience = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    words = models.CharField(max_length=64)
    vector = HalfVectorField(dimensions=DIMENSIONS)
    embedded_with = models.CharField(max_length=200)
    content_version = models.PositiveBigIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField(db_index=True)

    property_path = "property"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["property", "audience", "language", "words"],
                name="one_cached_answer_each",
            )
        ]

    def __str__(self) -> str:
        return f"an answer of {self.property_id}, version {self.content_version}"
