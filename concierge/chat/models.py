"""What guests asked and what they were told. Guests' words live here and nowhere else."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.formats import date_format


def told(moment: datetime) -> str:
    """In the language and by the clock of whoever reads it."""
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


class Conversation(models.Model):
    """One guest's chat. Its id is in the guest's signed token; nothing else knows the guest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    property = models.ForeignKey(
        "properties.Property", models.CASCADE, related_name="conversations"
    )
    qr_code = models.ForeignKey(
        "properties.QRCode", models.SET_NULL, null=True, blank=True, related_name="conversations"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    property_path = "property"

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return told(self.created_at)


class Message(models.Model):
    """A guest's question with the answer it got, and how the answer came about."""

    class Status(models.TextChoices):
        COMPLETE = "complete", "Complete"
        STOPPED = "stopped", "Stopped by the guest"
        INCOMPLETE = "incomplete", "Incomplete"
        FAILED = "failed", "Failed"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    asked_id = models.UUIDField(
        "question's id", help_text="Made by the guest's browser, so that it can ask again."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    question = models.TextField()
    answer = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    status = models.CharField(max_length=20, choices=Status)
    route = models.CharField(max_length=20, blank=True, help_text="Who answered.")
    reason = models.CharField(max_length=40, blank=True, help_text="Why it was answered so.")
    model = models.CharField(max_length=200, blank=True)
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(
        max_digits=12, decimal_places=6, default=0, help_text="What the API charged for it."
    )
    sources = models.JSONField(default=list, help_text="Type, external id, title, score.")
    trace = models.JSONField(default=dict, help_text="Stages in milliseconds, and scores.")
    frames = models.JSONField(default=list, help_text="As sent, so that a reconnect can resume.")

    property_path = "conversation__property"

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["conversation", "created_at"])]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "asked_id"], name="one_answer_each")
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}, {told(self.created_at)}"


class HandoffQuerySet(models.QuerySet["Handoff"]):
    def open(self) -> "HandoffQuerySet":
        return self.filter(status=Handoff.Status.OPEN)

    def hand_over(
        self,
        conversation: Conversation,
        reason: str,
        *,
        asked_id: uuid.UUID,
        urgent: bool = False,
    ) -> "Handoff":
        """Call the staff to a guest. Another question while it is open is counted, once."""
        times = Case(When(asked_id=asked_id, then=F("times")), default=F("times") + 1)
        again = {"times": times, "asked_id": asked_id, "asked_at": timezone.now()}
        handoff, _ = self.update_or_create(
            conversation=conversation,
            reason=reason,
            status=Handoff.Status.OPEN,
            defaults=again,
            create_defaults={
                "property_id": conversation.property_id,
                "place": conversation.qr_code.place if conversation.qr_code else "",
                "asked_id": asked_id,
                "urgent": urgent,
            },
        )
        return handoff

    def close(self, user: AbstractBaseUser | AnonymousUser) -> int:
        """Done by `user`; returns how many that were. What is closed stays as it is."""
        return self.open().update(
            status=Handoff.Status.CLOSED, closed_at=timezone.now(), closed_by=user
        )


class Handoff(models.Model):
    """A guest whom a person has to help: where and why, in none of the guest's words.

    It outlives its conversation, so that an alarm is not lost when a guest erases theirs.
    """

    class Reason(models.TextChoices):
        SAFETY = "safety", "Danger"
        ALLERGEN_UNKNOWN = "allergen_unknown", "Allergen not recorded"
        COMPLAINT = "complaint", "Complaint"
        ASKED_FOR = "asked_for", "Wants a person"
        UNANSWERABLE = "unanswerable", "No answer written"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    property = models.ForeignKey("properties.Property", models.CASCADE, related_name="handoffs")
    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, blank=True, related_name="handoffs"
    )
    asked_id = models.UUIDField("question's id", help_text="The latest that led here.")
    place = models.CharField("room or table", max_length=80, blank=True)
    reason = models.CharField(max_length=20, choices=Reason)
    urgent = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    times = models.PositiveIntegerField(default=1, help_text="How often while it was open.")
    created_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField("last asked", default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    property_path = "property"
    objects = HandoffQuerySet.as_manager()

    class Meta:
        ordering = ["-urgent", "-asked_at"]
        indexes = [models.Index(fields=["property", "status"])]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "reason"],
                condition=Q(status="open"),
                name="one_open_handoff_each",
            )
        ]

    def __str__(self) -> str:
        return " · ".join(part for part in (self.get_reason_display(), self.place) if part)
