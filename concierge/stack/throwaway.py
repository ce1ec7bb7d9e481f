import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from concierge.stack.addresses import Stack, addresses
from concierge.stack.servers import Servers
from concierge.stack.use import joined


@contextmanager
def throwaway() -> Iterator[Stack]:
    """An empty Postgres and Valkey for a test run or a benchmark, gone with the block."""
    # Short and away from the clone, so that the sockets fit and root need not open its folders.
    var = Path(tempfile.mkdtemp(prefix="concierge-"))
    stack = addresses(var)
    try:
        with joined(Servers(var, stack.database_url, stack.redis_url), durable=False):
            yield stack
    finally:
        shutil.rmtree(var)
