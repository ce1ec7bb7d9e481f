"""An edit does not depend on the broker: without it the sweep embeds, and nobody waits."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from concierge.stack import valkey

NUDGE = "import django; django.setup(); from retrieval.outbox import nudge_worker; nudge_worker()"
HUNG = 30
"""Seconds. An unbounded wait was seen to last longer than 25."""


def nudge(redis_url: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", NUDGE],
        env={**os.environ, "REDIS_URL": redis_url},
        capture_output=True,
        text=True,
        timeout=HUNG,
        check=True,
    )
    return run.stderr


@pytest.fixture
def broker() -> Iterator[tuple[str, int]]:
    """A Valkey of its own, that may be frozen: its address and process."""
    folder = Path("/tmp") / f"concierge-broker-{os.getpid()}"  # noqa: S108  sockets need short paths
    folder.mkdir(exist_ok=True)
    socket = folder / "v.sock"
    process = subprocess.Popen(
        [valkey._binary(), "--port", "0", "--unixsocket", socket, "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    client = redis.Redis(unix_socket_path=str(socket))
    while True:
        try:
            client.ping()
            break
        except redis.ConnectionError:
            continue
    client.close()
    yield f"unix://{socket}", process.pid
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.wait()
    socket.unlink(missing_ok=True)
    folder.rmdir()


def test_a_nudge_reaches_the_broker(broker: tuple[str, int]) -> None:
    url, _ = broker
    assert "No broker" not in nudge(url)
    with redis.Redis.from_url(url) as client:
        assert client.llen("celery") == 1


def test_a_broker_that_is_gone_fails_no_edit() -> None:
    assert "the sweep will embed" in nudge("unix:///tmp/there-is-no-such.sock")


def test_a_frozen_broker_hangs_no_edit(broker: tuple[str, int]) -> None:
    url, pid = broker
    os.kill(pid, signal.SIGSTOP)
    assert "the sweep will embed" in nudge(url)


def test_the_sweep_is_scheduled_and_is_the_task_that_embeds() -> None:
    from concierge.celery import app
    from retrieval.tasks import embed_pending

    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert embed_pending.name in scheduled
