"""The product as whoever installed it meets it: `manage.py` in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parents[2]
LONGEST_WAIT = 150  # seconds; only a failing test waits so long
# How the command line of each process can be told from the others'.
MARKS = {
    "postgres": "bin/postgres",
    "valkey": "valkey-server",
    "web": "uvicorn",
    "worker": " worker ",
    "beat": " beat",
    "engine": "concierge.engine",  # none where the model is the dummy
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def environment(var: Path, port: int) -> dict[str, str]:
    """Nothing set but what a newcomer would set, and a model that answers at once."""
    ours = {"DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "SECRET_KEY", "HOST"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"VAR_DIR": str(var), "PORT": str(port), "LLM_BACKEND": "dummy"}


def manage(var: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=environment(var, free_port()) | variables,
        capture_output=True,
        text=True,
        timeout=LONGEST_WAIT,
        check=False,
    )


def wait_until(promise: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while not promise():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.05)


def runs(process: psutil.Process) -> bool:
    """Not one that has ended and whose parent, or whoever took its place, has not noticed."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # It ended between the two.
        return False


def copy_folder(source: Path, target: Path) -> Path:
    """With its owners: Postgres' data belongs to a user of its own where the tests run as root."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
    return target


@dataclass
class Product:
    var: Path
    port: int
    process: psutil.Popen
    output: Path

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def line(self, beginning: str) -> str:
        return next(line for line in self.said().splitlines() if line.startswith(beginning))

    def processes(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    def child(self, name: str) -> psutil.Process | None:
        for child in self.process.children():
            try:
                if MARKS[name] in " ".join(child.cmdline()):
                    return child
            except psutil.Error:  # It has just ended.
                continue
        return None

    def serves_guests(self) -> bool:
        url = f"http://127.0.0.1:{self.port}/c/demo/"
        try:
            with urllib.request.urlopen(url, timeout=LONGEST_WAIT) as answer:
                return b"<html" in answer.read()
        except OSError:
            return False

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code: int = self.process.wait(LONGEST_WAIT)
        return code


@contextmanager
def started(var: Path, **variables: str) -> Iterator[Product]:
    port = free_port()
    output = var.with_suffix(".output")
    with output.open("wb") as file:
        process = psutil.Popen(
            [sys.executable, "manage.py", "start"],
            cwd=REPOSITORY,
            env=environment(var, port) | variables,
            stdout=file,
            stderr=file,
        )
    product = Product(var, port, process, output)
    try:
        wait_until(lambda: "Ctrl-C" in product.said() or process.poll() is not None, "it is up")
        assert process.poll() is None, product.said()
        yield product
    finally:
        if process.poll() is None:
            product.end(signal.SIGTERM)
