"""Conversations in the database: one read when a guest connects, one write an answer."""

import uuid

from django.db import transaction

from concierge.answering.answer import Answer, Asked
from concierge.chat.models import Conversation, ConversationErased, Erased, Message
from concierge.chat.protocol import Frame
from concierge.chat.tokens import Guest
from concierge.threads import CHAT, in_a_thread

REMEMBERED_MESSAGES = 50
"""How far back a reload can replay. Older ones stay in the database for the staff."""
LOAD_SECONDS = 2.0
"""A guest who comes back waits no longer to ask; what was said is shown when Postgres is back."""
SAVE_SECONDS = 60.0
"""Nobody waits for it, so a slow database may take its time."""
FORGET_SECONDS = 10.0


async def load(guest: Guest) -> dict[uuid.UUID, list[Frame]]:
    """What was sent in the guest's own conversation with this property: question → frames.

    Raises ConversationErased.
    """
    return await in_a_thread(CHAT, LOAD_SECONDS, _load, guest)


def _load(guest: Guest) -> dict[uuid.UUID, list[Frame]]:
    if Erased.objects.filter(pk=guest.conversation).exists():
        raise ConversationErased
    messages = Message.objects.filter(
        conversation=guest.conversation, conversation__property=guest.property_id
    ).order_by("-created_at")[:REMEMBERED_MESSAGES]
    return {message.asked_id: message.frames for message in messages}


async def save(
    guest: Guest, question_id: uuid.UUID, asked: Asked, answer: Answer, frames: list[Frame]
) -> None:
    """Keep an answer with its trace. Saving the same question again keeps the first.

    Raises ConversationErased.
    """
    await in_a_thread(CHAT, SAVE_SECONDS, _save, guest, question_id, asked, answer, frames)


def _save(
    guest: Guest, question_id: uuid.UUID, asked: Asked, answer: Answer, frames: list[Frame]
) -> None:
    with transaction.atomic():
        Conversation.objects.begin(guest)
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
                    trace=answer.trace.as_json(),
                    frames=frames,
                )
            ],
            ignore_conflicts=True,
        )


async def forget(guest: Guest) -> None:
    """Delete the guest's own conversation with this property, questions and answers with it."""
    await in_a_thread(CHAT, FORGET_SECONDS, _forget, guest)


def _forget(guest: Guest) -> None:
    with transaction.atomic():
        conversation = Conversation.objects.filter(pk=guest.conversation)
        if not conversation.exclude(property=guest.property_id).exists():
            # Also where it has no row yet: its first answer may be in the making.
            Erased.objects.mark([guest.conversation])
            conversation.delete()
