"""One real Postgres and one real Valkey for each process that runs tests.

A pytest plugin (`-p tests.embedded_stack`) because pytest-django reads the settings, and they the
environment, before any conftest is imported. Tests freeze, fill and empty these servers, so that
two workers share nothing, and a test cannot tell whether it runs beside others.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryDirectory

import pytest

from concierge.stack import throwaway

_stack = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    if is_worker or not early_config.known_args_namespace.numprocesses:
        os.environ.update(_stack.enter_context(throwaway()).environment)
    else:  # This process only hands out tests, but reads the settings as well.
        os.environ["VAR_DIR"] = _stack.enter_context(TemporaryDirectory(prefix="concierge-"))
    os.environ["LLM_BACKEND"] = "dummy"
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    _stack.close()
