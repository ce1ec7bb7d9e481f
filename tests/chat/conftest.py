from collections.abc import Iterator
from typing import Any

import pytest

from concierge.chat import tokens
from concierge.chat.runs import RUNS
from llm.registry import close_backends
from properties.models import Property
from tests.connections import _the_threads_connections_are_closed  # noqa: F401  for every test


@pytest.fixture(autouse=True)
def _no_run_outlives_its_event_loop() -> Iterator[None]:
    yield
    RUNS.clear()


@pytest.fixture
def token(hotel: Property) -> str:
    return tokens.issue(hotel.pk)


@pytest.fixture
def slow_model(storied: Property, settings: Any) -> Any:
    """The dummy model, with a long story to tell at a pace at which a test can interrupt it."""
    close_backends()
    settings.LLM_BACKENDS = {
        **settings.LLM_BACKENDS,
        "dummy": {**settings.LLM_BACKENDS["dummy"], "DELAY": 0.05},
    }
    yield
    close_backends()
