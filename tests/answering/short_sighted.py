from collections.abc import AsyncGenerator

from llm.backends.dummy import DummyBackend
from llm.base import Meter, Question


class ShortSightedBackend(DummyBackend):
    """Has room for one source only."""

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        async for piece in super()._pieces(question, meter):
            yield piece
        meter.cut = True
