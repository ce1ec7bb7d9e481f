from collections.abc import AsyncGenerator

from llm.backends.dummy import DummyBackend
from llm.base import Meter, Question
from llm.local_prompt import UNKNOWN


class IgnorantBackend(DummyBackend):
    """Never knows."""

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        yield UNKNOWN
        meter.finish = "stop"
