from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from concierge.chat import tokens
from concierge.chat.runs import RUNS
from llm.registry import close_backends
from properties.models import Property


@pytest.fixture(autouse=True)
async def _nothing_outlives_a_test() -> AsyncIterator[None]:
    """Asynchronous ORM calls of a test run in a thread whose connection nobody else closes."""
    yield
    await sync_to_async(connections.close_all)()
    RUNS.clear()  # their event loop ends with the test


@pytest.fixture
def token(hotel: Property) -> str:
    return tokens.issue(hotel.pk)


@pytest.fixture
def slow_model(generated: None, settings: Any) -> Any:
    """The dummy model, at a pace at which a test can interrupt it."""
    close_backends()
    settings.LLM_BACKENDS = {
        **settings.LLM_BACKENDS,
        "dummy": {**settings.LLM_BACKENDS["dummy"], "DELAY": 0.05},
    }
    yield
    close_backends()
