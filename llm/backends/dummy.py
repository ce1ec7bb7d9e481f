"""A model for tests: it answers at once, always the same, and never makes anything up."""

import asyncio
import re
from collections.abc import AsyncGenerator

from llm.base import Backend, Meter, Question
from llm.local_prompt import UNKNOWN


class DummyBackend(Backend):
    """Echoes the best source's text word by word, waiting `delay` seconds before each word."""

    def __init__(self, name: str, *, delay: float = 0.0) -> None:
        super().__init__(name)
        if delay < 0:
            raise ValueError("DELAY must not be negative")
        self.delay = delay

    @property
    def model_id(self) -> str:
        return "dummy"

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        text = question.sources[0].text if question.sources else UNKNOWN
        meter.sources_used = min(1, len(question.sources))
        meter.prompt_tokens = len(question.text.split())
        for word in re.findall(r"\s*\S+\s*", text):
            await asyncio.sleep(self.delay)
            meter.completion_tokens += 1
            yield word
        meter.finish = "stop"

    def warm_up(self) -> None:
        """There is nothing to load."""

    def close(self) -> None:
        """There is nothing to free."""
