"""The conversations' memory, over the running event loop's own connection to Valkey."""

import asyncio
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync
from django.conf import settings

from concierge.chat.models import Conversation
from concierge.valkey import valkey
from llm.memory import Memory

_memories: WeakKeyDictionary[asyncio.AbstractEventLoop, Memory] = WeakKeyDictionary()


def memory() -> Memory:
    loop = asyncio.get_running_loop()
    if loop not in _memories:
        _memories[loop] = Memory(valkey(), settings.SECRET_KEY, settings.MEMORY_TTL)
    return _memories[loop]


def forget_now(conversation: Conversation) -> None:
    """What is remembered of a conversation whose row is about to go. Raises redis' errors."""

    async def forget() -> None:
        await memory().forget(conversation.property_id, conversation.pk)

    async_to_sync(forget)()
