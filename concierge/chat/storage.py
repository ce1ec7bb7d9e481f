"""Conversations in the database: one read when a guest connects, one write an answer."""

import uuid
from typing import Any

from channels.db import database_sync_to_async
from django.db import transaction

from concierge.answering.answer import Answer, Asked
from concierge.chat.models import Conversation, Handoff, Message
from concierge.chat.protocol import Frame
from concierge.chat.tokens import Guest

REMEMBERED_MESSAGES = 50
"""How far back a reload can replay. Older ones stay in the database for the staff."""


@database_sync_to_async
def load(guest: Guest) -> dict[uuid.UUID, list[Frame]]:
    """What was sent in the guest's own conversation with this property: question → frames."""
    messages = Message.objects.filter(
        conversation=guest.conversation, conversation__property=guest.property_id
    ).order_by("-created_at")[:REMEMBERED_MESSAGES]
    return {message.asked_id: message.frames for message in messages}


@database_sync_to_async
def save(
    guest: Guest, question_id: uuid.UUID, asked: Asked, answer: Answer, frames: list[Frame]
) -> None:
    """Keep an answer with its trace. Saving the same question again keeps the first."""
    with transaction.atomic():
        Conversation.objects.bulk_create(
            [
                Conversation(
                    id=guest.conversation,
                    property_id=guest.property_id,
                    qr_code_id=guest.qr_code_id,
                )
            ],
            ignore_conflicts=True,
        )
        Message.objects.bulk_create(
            [
                Message(
                    conversation_id=guest.conversation,
                    asked_id=question_id,
                    question=asked.text,
                    answer=answer.text,
                    language=answer.language or asked.property.language,
                    status=answer.status,
                    route=answer.route,
                    reason=answer.reason,
                    model=answer.model,
                    prompt_tokens=answer.prompt_tokens,
                    completion_tokens=answer.completion_tokens,
                    cost=answer.cost,
                    sources=answer.sources,
                    trace=answer.trace,
                    frames=frames,
                )
            ],
            ignore_conflicts=True,
        )
        if answer.handoff:
            _call_staff(guest, question_id, answer.handoff)


@database_sync_to_async
def forget(guest: Guest) -> None:
    """Delete the guest's own conversation with this property, questions and answers with it."""
    Conversation.objects.filter(pk=guest.conversation, property=guest.property_id).delete()


def _call_staff(guest: Guest, question_id: uuid.UUID, handoff: dict[str, Any]) -> None:
    conversation = Conversation.objects.select_related("qr_code").get(pk=guest.conversation)
    Handoff.objects.hand_over(
        conversation, handoff["reason"], asked_id=question_id, urgent=handoff["urgent"]
    )
