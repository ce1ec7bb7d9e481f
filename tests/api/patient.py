import asyncio
from collections.abc import AsyncGenerator

from llm.backends.dummy import DummyBackend
from llm.base import Meter, Question


class PatientBackend(DummyBackend):
    """Thinks for ever: only a cancellation ends its answer."""

    asked: asyncio.Event
    left: asyncio.Event

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        self.asked.set()
        try:
            await asyncio.Event().wait()
            yield ""
        finally:
            self.left.set()
