"""Erased stays erased: whoever deletes a conversation, and whatever is being answered meanwhile.

A mark stands in Postgres (models.Erased) and one in Valkey (llm/memory.py), and each is asked in
the step that would write: in every process. signals.py marks what is deleted in any other way.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db.models import QuerySet

from concierge.chat.memory import memory
from concierge.chat.models import Conversation
from concierge.chat.runs import end_runs_of


def erase(conversations: QuerySet[Conversation]) -> None:
    """What staff deletes. Raises redis' errors, and then it is all there and can be tried again."""
    chosen = list(conversations.order_by().values_list("property_id", "pk"))
    # First: once its row is gone, nobody can ask for it to be forgotten.
    forget(chosen)
    Conversation.objects.filter(pk__in=[pk for _, pk in chosen]).delete()


def forget(conversations: Sequence[tuple[int, UUID]]) -> None:
    """What is remembered of them, and what is being answered in this process."""
    _forget_in_valkey(conversations)
    end_runs_of({conversation for _, conversation in conversations})


@async_to_sync
async def _forget_in_valkey(conversations: Sequence[tuple[int, UUID]]) -> None:
    await asyncio.gather(*(memory().forget(*each) for each in conversations))
