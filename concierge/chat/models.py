"""What guests asked and what they were told. Guests' words live here and nowhere else."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format

from concierge.chat import tokens
from properties.models import QRCode


def told(moment: datetime) -> str:
    """In the language and by the clock of whoever reads it."""
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


class ConversationErased(Exception):
    """It was deleted, and nothing brings it back."""


class ErasedQuerySet(models.QuerySet["Erased"]):
    def mark(self, conversations: Iterable[uuid.UUID]) -> None:
        """In the transaction that deletes them: whoever writes to one waits, and then finds this.

        Several are held in one order, or two who delete the same ones would wait for each other.
        """
        ids = sorted(conversations)
        for each in ids:
            hold(each)
        self.bulk_create([self.model(id=each) for each in ids], ignore_conflicts=True)

    def forget_old(self) -> int:
        """Those whose guests' tokens have expired, too; returns how many."""
        oldest = timezone.now() - timedelta(seconds=tokens.MAX_AGE)
        return self.filter(erased_at__lt=oldest).delete()[0]


class Erased(models.Model):
    """That a conversation was deleted: its id and when, and nothing else.

    An answer may be in the making then, in any process, and must not bring it back.
    """

    id = models.UUIDField(primary_key=True)
    erased_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = ErasedQuerySet.as_manager()

    def __str__(self) -> str:
        return told(self.erased_at)


def hold(conversation: uuid.UUID) -> None:
    """Until the transaction ends nobody else writes to it or deletes it, row or no row."""
    number = int.from_bytes(conversation.bytes[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def code_of(guest: tokens.Guest) -> models.QuerySet[QRCode]:
    """The room or table that the guest came from. Staff may have deleted its code meanwhile."""
    return QRCode.objects.filter(pk=guest.qr_code_id or 0, property=guest.property_id)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def begin(self, guest: tokens.Guest) -> "Conversation":
        """The guest's own, made with its first answer. Within a transaction, which holds it.

        Raises ConversationErased.
        """
        hold(guest.conversation)
        if Erased.objects.filter(pk=guest.conversation).exists():
            raise ConversationErased
        conversation, _ = self.select_related("qr_code").get_or_create(
            pk=guest.conversation,
            property_id=guest.property_id,
            defaults={"qr_code": code_of(guest).first},
        )
        return conversation


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
    objects = ConversationQuerySet.as_manager()

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
        asked_at: datetime | None = None,
        joins: bool = False,
    ) -> "Handoff":
        """Call the staff to a guest. Another question while it is open is counted, once.

        The same question again, perhaps after somebody took care of it, calls nobody anew. A call
        that `joins` is counted in the latest open one of its place and reason, if there is one:
        many from one source must not bury the others.
        """
        same = self.filter(conversation=conversation, reason=reason, asked_id=asked_id)
        if known := same.first():
            return known
        place = conversation.qr_code.place if conversation.qr_code else ""
        asked_at = asked_at or timezone.now()
        again = {"times": F("times") + 1, "asked_id": asked_id, "asked_at": asked_at}
        calls = self.open().filter(property=conversation.property_id, reason=reason)
        if joins and not calls.filter(conversation=conversation).exists():
            latest = calls.filter(place=place).order_by("-asked_at").first()
            if latest and calls.filter(pk=latest.pk).update(**again):
                return latest
        handoff, _ = self.update_or_create(
            conversation=conversation,
            reason=reason,
            status=Handoff.Status.OPEN,
            defaults=again,
            create_defaults={
                "property_id": conversation.property_id,
                "place": place,
                "asked_id": asked_id,
                "asked_at": asked_at,
                "urgent": urgent,
            },
        )
        return handoff

    def hand_over_erased(
        self,
        guest: tokens.Guest,
        reason: str,
        *,
        asked_id: uuid.UUID,
        urgent: bool,
        asked_at: datetime,
    ) -> "Handoff":
        """The same for a guest who erased the conversation meanwhile, and may still need help."""
        code = code_of(guest).first()
        handoff, _ = self.get_or_create(
            property_id=guest.property_id,
            conversation=None,
            reason=reason,
            asked_id=asked_id,
            defaults={
                "place": code.place if code else "",
                "urgent": urgent,
                "asked_at": asked_at,
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
        REQUEST = "request", "Wants something done"
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
