"""Conversations in the database: one read when a guest connects, one write an answer."""

import uuid
from dataclasses import dataclass, field

from channels.db import database_sync_to_async
from django.db import transaction

from concierge.chat.answering import Answer, Asked
from concierge.chat.models import Conversation, Message
from concierge.chat.protocol import Frame
from concierge.chat.tokens import Guest
from llm.base import Turn

REMEMBERED_MESSAGES = 50
"""How far back a reload can replay. Older ones stay in the database for the staff."""


@dataclass
class Past:
    """What a conversation holds so far: frames by question, and the turns, oldest first."""

    frames: dict[uuid.UUID, list[Frame]] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)

    def remember(self, question_id: uuid.UUID, frames: list[Frame], turn: Turn) -> None:
        if question_id not in self.frames:
            self.frames[question_id] = frames
            self.turns.append(turn)


@database_sync_to_async
def load(guest: Guest) -> Past:
    """The past of the guest's own conversation with this property."""
    messages = Message.objects.filter(
        conversation=guest.conversation, conversation__property=guest.property_id
    ).order_by("-created_at")[:REMEMBERED_MESSAGES]
    past = Past()
    for message in reversed(messages):
        turn = Turn(message.question, message.answer)
        past.remember(message.asked_id, message.frames, turn)
    return past


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
                    sources=answer.sources,
                    trace=answer.trace,
                    frames=frames,
                )
            ],
            ignore_conflicts=True,
        )
