"""One real Postgres and one real Valkey for the whole run.

A pytest plugin (`-p tests.embedded_stack`) because pytest-django reads the settings, and they the
environment, before any conftest is imported.
"""

import os
from contextlib import ExitStack

import pytest

from concierge.stack import throwaway

_stack = ExitStack()
os.environ.update(_stack.enter_context(throwaway()).environment)
os.environ["LLM_BACKEND"] = "dummy"


def pytest_unconfigure(config: pytest.Config) -> None:
    _stack.close()
