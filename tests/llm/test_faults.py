"""Whatever a server does, a guest's answer ends: whole, or with an error that has a word."""

import asyncio

import pytest

from llm.backends.openai import OpenAIBackend
from llm.base import ModelError
from tests.llm.faults import FAULTS, IMPATIENCE, faulty
from tests.llm.questions import question

NOTE = "Das Frühstück kostet 12 €, von 7:00 bis 10:30."
ASKED = question("Was kostet das Frühstück?", NOTE)
ENDINGS = {
    "refused": ("refused", ""),
    "timeout": ("timeout", ""),
    "429": ("rate_limited", ""),
    "429-retry-1": ("rate_limited", ""),
    "429-retry-60": ("rate_limited", ""),
    "500": ("server_error", ""),
    "401": ("auth", ""),
    "400-content-filter": ("declined", ""),
    "html": ("bad_answer", ""),
    "empty": ("bad_answer", ""),
    "malformed": ("bad_answer", NOTE),
    "malformed-at-once": ("bad_answer", ""),
    "another-shape": ("bad_answer", ""),
    "error-event": ("server_error", NOTE),
    "cut": ("cut", NOTE),
    "reset": ("cut", NOTE),
    "no-finish": ("cut", NOTE),
    "slow": ("stalled", "Das "),
    "tool-call": ("bad_answer", ""),
    "content-filter": ("declined", NOTE),
    "refusal": ("declined", ""),
    "endless": ("endless", NOTE),
    "huge-chunk": ("endless", ""),
}
WHOLE = ["none", "wrong-type", "half-character", "wrong-usage", "no-usage"]


async def ask(fault: str) -> tuple[str, ModelError | None]:
    said = ""
    async with faulty(fault) as url, asyncio.timeout(10):
        backend = OpenAIBackend("api", base_url=url, model="gpt", **IMPATIENCE.get(fault, {}))
        async with backend.stream(ASKED) as stream:
            try:
                async for piece in stream:
                    said += piece
            except ModelError as error:
                return said, error
    assert stream.completion.finish == "stop"
    return said, None


def test_every_fault_has_its_ending() -> None:
    assert {*ENDINGS, *WHOLE} == FAULTS.keys()


@pytest.mark.parametrize("fault", ENDINGS)
async def test_a_fault_ends_in_an_error_with_a_word(fault: str) -> None:
    said, error = await ask(fault)
    reason, beginning = ENDINGS[fault]
    assert error is not None
    assert error.reason == reason
    assert said.startswith(beginning) if beginning else said == ""
    assert ASKED.text not in str(error)


@pytest.mark.parametrize("fault", WHOLE)
async def test_an_oddity_that_harms_nobody_is_read(fault: str) -> None:
    said, error = await ask(fault)
    assert error is None
    assert said == f"{NOTE} [1]"
