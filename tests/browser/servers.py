"""The processes behind the browser: the product's own, and a restaurant's website."""

import os
import signal
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from django.conf import settings

from concierge.stack import product
from concierge.stack.process import Child
from properties.public_address import listening_on
from retrieval.models import OutboxEntry
from retrieval.outbox import nudge_worker

LONGEST_WAIT = 120  # seconds; only a failing test waits so long


def environment(**variables: str) -> dict[str, str]:
    """What points another process at this run's test database."""
    database = urlsplit(os.environ["DATABASE_URL"])
    return {
        "VAR_DIR": str(settings.VAR_DIR),
        "DATABASE_URL": database._replace(
            path=f"/{settings.DATABASES['default']['NAME']}"
        ).geturl(),
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        **variables,
    }


class Web:
    """The product's web process. Its port stays open while it is down, as behind `start`."""

    def __init__(self, host: str = "127.0.0.1", **variables: str) -> None:
        self._listener = product.open_port(host, 0)
        self.port: int = self._listener.getsockname()[1]
        self.url = listening_on(host, self.port).url
        self._environment = environment(HOST=host, PORT=str(self.port), **variables)
        self._process = self._started()

    def _started(self) -> Child:
        process = product.web(self._environment, self._listener)
        process.start()
        return process

    def wait(self) -> None:
        urllib.request.urlopen(self.url, timeout=LONGEST_WAIT).close()  # noqa: S310

    def crash_and_restart(self) -> None:
        assert self._process.process is not None
        self._process.process.send_signal(signal.SIGKILL)
        self._process.process.wait()
        self._process = self._started()

    def stop(self) -> None:
        self._process.stop()
        self._listener.close()


@contextmanager
def web(host: str = "127.0.0.1", **variables: str) -> Iterator[Web]:
    running = Web(host, **variables)
    try:
        running.wait()
        yield running
    finally:
        running.stop()


@contextmanager
def worker() -> Iterator[None]:
    process = product.worker(environment())
    process.start()
    try:
        yield
    finally:
        process.stop()


def wait_for_the_worker() -> None:
    """Nudges it now and then, as the sweep does, which does not run here: a nudge that is older
    than ten seconds counts for nothing, and the worker may only just have been started.
    """
    for _ in range(LONGEST_WAIT):
        nudge_worker()
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            if not OutboxEntry.objects.exists():
                return
            time.sleep(0.02)
    raise AssertionError("the worker does not embed")


@contextmanager
def website(html: str) -> Iterator[int]:
    """A restaurant's own site on the port that is yielded, one page whatever is asked for."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *args: object) -> None:
            """Not into the tests' output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()
