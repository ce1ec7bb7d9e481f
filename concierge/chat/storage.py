"""Conversations in the database: one read when a guest connects, one write an answer."""

import uuid
from functools import partial
from typing import Any

from channels.db import database_sync_to_async
from django.db import transaction

from concierge.answering.answer import Answer, Asked
from concierge.chat.models import Conversation, Handoff, Message
from concierge.chat.protocol import Frame
from concierge.chat.tokens import Guest

in_a_thread = partial(database_sync_to_async, thread_sensitive=False)

REMEMBERED_MESSAGES = 50
"""How far back a reload can replay. Older ones stay in the database for the staff."""


@in_a_thread
def load(guest: Guest) -> dict[uuid.UUID, list[Frame]]:
    """What was sent in the guest's own conversation with this property: question → frames."""
    messages = Message.objects.filter(
        conversation=guest.conversation, conversation__property=guest.property_id
    ).order_by("-created_at")[:REMEMBERED_MESSAGES]
    return {message.asked_id: message.frames for message in messages}


@in_a_thread
def save(
    guest: Guest, question_id: uuid.UUID, asked: Asked, answer: Answer, frames: list[Frame]
) -> None:
    """Keep an answer with its trace. Saving the same question again keeps the first."""
    with transaction.atomic():
        _begin(guest)
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
            _hand_over(guest, question_id, answer.handoff)


@in_a_thread
def call_staff(guest: Guest, question_id: uuid.UUID, handoff: dict[str, Any]) -> None:
    """Before the guest is told so. Saving the answer later finds it done."""
    with transaction.atomic():
        _begin(guest)
        _hand_over(guest, question_id, handoff)


def _begin(guest: Guest) -> None:
    Conversation.objects.bulk_create(
        [
            Conversation(
                id=guest.conversation, property_id=guest.property_id, qr_code_id=guest.qr_code_id
            )
        ],
        ignore_conflicts=True,
    )


def _hand_over(guest: Guest, question_id: uuid.UUID, handoff: dict[str, Any]) -> None:
    conversation = Conversation.objects.select_related("qr_code").get(pk=guest.conversation)
    Handoff.objects.hand_over(
        conversation, handoff["reason"], asked_id=question_id, urgent=handoff["urgent"]
    )


@in_a_thread
def forget(guest: Guest) -> None:
    """Delete the guest's own conversation with this property, questions and answers with it."""
    Conversation.objects.filter(pk=guest.conversation, property=guest.property_id).delete()
