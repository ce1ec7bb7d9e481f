"""The conversations' memory, over the running event loop's own connection to Valkey."""

import asyncio
from weakref import WeakKeyDictionary

from django.conf import settings

from concierge.valkey import valkey
from llm.memory import Memory

_memories: WeakKeyDictionary[asyncio.AbstractEventLoop, Memory] = WeakKeyDictionary()


def memory() -> Memory:
    loop = asyncio.get_running_loop()
    if loop not in _memories:
        _memories[loop] = Memory(valkey(), settings.SECRET_KEY, settings.MEMORY_TTL)
    return _memories[loop]
