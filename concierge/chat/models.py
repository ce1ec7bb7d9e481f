"""What guests asked and what they were told. Guests' words live here and nowhere else."""

import uuid

from django.db import models


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
        return f"{self.created_at:%Y-%m-%d %H:%M}"


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
        return f"{self.get_status_display()}, {self.created_at:%Y-%m-%d %H:%M}"
