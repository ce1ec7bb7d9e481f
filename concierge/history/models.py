"""The history: changes, and what each of them did to which row."""

import uuid

from django.conf import settings
from django.db import models


class Change(models.Model):
    """What one person, import or command did in one transaction, to be undone as a whole.

    Written by `history_keep` in the database (migrations/0001), with the first row that changes.
    """

    class Origin(models.TextChoices):
        PAGE = "page", "Admin page"
        ACTION = "action", "Bulk action"
        IMPORT = "import", "Import"
        COMMAND = "command", "Command"
        UNDO = "undo", "Undo"
        DIRECT = "direct", "Shell or script"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin)
    detail = models.CharField(max_length=200, blank=True)
    undoes = models.ForeignKey("self", models.SET_NULL, null=True, related_name="undone_by")

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"change of {self.at:%Y-%m-%d %H:%M}"


class RowChange(models.Model):
    """One row before and after, as its tracked fields; null where it was not there.

    The property is a number without a constraint: its history outlives it for as long as it can
    be restored.
    """

    change = models.ForeignKey(Change, models.CASCADE, related_name="rows")
    property = models.ForeignKey(
        "properties.Property", models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    model = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    property_path = "property"

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["model", "object_id"], name="history_of_a_row")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"


class DeletedRow(RowChange):
    """A row change that took a row away: what can be brought back."""

    class Meta:
        proxy = True
        verbose_name = "deleted row"
        verbose_name_plural = "recently deleted"
        ordering = ["-pk"]
