from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from redis import Redis

from concierge import valkey
from concierge.limits import buckets
from retrieval import embedders
from tests.emptying import empty_the_database
from tests.people import *  # noqa: F403  the guests and the staff of every test
from tests.remembering import remembering


@pytest.fixture(autouse=True, scope="session")
def _no_vector_is_computed_twice() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedders, "_build", remembering(embedders._build))
        yield


@pytest.fixture(autouse=True, scope="session")
def _nothing_is_truncated() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            TransactionTestCase, "_fixture_teardown", lambda test_case: empty_the_database()
        )
        yield


@pytest.fixture(scope="session")
def _valkey() -> Iterator[Redis]:
    with Redis.from_url(settings.REDIS_URL) as client:
        yield client


@pytest.fixture
def patience_with_valkey(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a crowded machine a healthy Valkey may be later than guests would wait for a limit."""
    for module in (valkey, buckets):
        monkeypatch.setattr(module, "PATIENCE_SECONDS", 20.0)


@pytest.fixture(autouse=True)
def _nobody_is_limited_by_another_test(_valkey: Redis) -> Iterator[None]:
    yield
    _valkey.flushdb()
    buckets._believe_again()
