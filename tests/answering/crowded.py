from collections.abc import AsyncGenerator

from llm.backends.dummy import DummyBackend
from llm.base import Meter, ModelError, Question


class CrowdedBackend(DummyBackend):
    """Has a queue that is always full."""

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        raise ModelError("Everybody is asking", permanent=False, reason="busy")
        yield ""
