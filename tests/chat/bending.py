"""A model that bends its source, as the real one was seen to."""

from collections.abc import AsyncGenerator

from llm.backends.dummy import DummyBackend
from llm.base import Meter, Question


class BendingBackend(DummyBackend):
    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        meter.sources_used = 1
        for word in ("Breakfast ", "is ", "free ", "for ", "all."):
            yield word
        meter.finish = "stop"
