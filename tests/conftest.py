from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.people import *  # noqa: F403  the guests and the staff of every test


@pytest.fixture(autouse=True)
def _nobody_is_throttled_by_another_test() -> Iterator[None]:
    yield
    cache.clear()
