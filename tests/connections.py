from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from django.db import connections


@pytest.fixture(autouse=True)
async def _the_threads_connections_are_closed() -> AsyncIterator[None]:
    """Asynchronous ORM calls of a test run in a thread whose connection nobody else closes."""
    yield
    await sync_to_async(connections.close_all)()
