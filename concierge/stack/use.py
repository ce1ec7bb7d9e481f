"""The two ways to use the servers of a data folder: run them alone, or share them."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from concierge.stack import folder
from concierge.stack.errors import StackError
from concierge.stack.lock import RunnerLock, runner_lock, users_lock
from concierge.stack.servers import SECONDS_TO_START, Servers


@contextmanager
def running(servers: Servers, say: Callable[[str], None]) -> Iterator[None]:
    """Runs the servers for as long as the product runs, whoever else may use them meanwhile."""
    folder.make_writable(servers.stack.var)
    with runner_lock(servers.stack.var) as runner:
        _take_over(runner, servers.stack.var, say)
        try:
            servers.start(runner)
            yield
        finally:
            servers.stop()


@contextmanager
def joined(servers: Servers, *, durable: bool = True) -> Iterator[None]:
    """Shares the servers that another process runs, or runs them until nobody shares them."""
    if not servers.are_needed:
        yield
        return
    folder.make_writable(servers.stack.var)
    with users_lock(servers.stack.var) as users, runner_lock(servers.stack.var) as runner:
        try:
            if _must_run(runner, servers):
                servers.start(runner, durable=durable)
            yield
        finally:
            if servers.children:
                users.wait_for_the_others()
                servers.stop()


def _take_over(runner: RunnerLock, var: Path, say: Callable[[str], None]) -> None:
    told = False
    while not runner.acquire("start"):
        pid, command = runner.holder()
        if command == "start" and _is_alive(pid):
            raise StackError(
                f"Concierge already runs on {var} (process {pid}): "
                "stop it, or set VAR_DIR to another folder"
            )
        if not told:
            say(f"Waiting for process {pid} ({command}) to let go of {var}.")
            told = True
        time.sleep(0.1)


def _must_run(runner: RunnerLock, servers: Servers) -> bool:
    deadline = time.monotonic() + SECONDS_TO_START
    while not runner.acquire(" ".join(sys.argv[:2])):
        if servers.are_ready():
            return False
        if time.monotonic() > deadline:
            pid, command = runner.holder()
            raise StackError(
                f"process {pid} ({command}) runs the servers of {servers.stack.var}, "
                "and they do not answer: stop it and try again"
            )
        time.sleep(0.05)
    return True


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
