"""A run ends, whatever its tests leave behind, and has failed if they left anything.

A pytest plugin (`-p tests.endings`). A process that nobody stopped is stopped here. A thread that
keeps Python from ending is ended with its process: here, or by xdist if that is a worker.
"""

import ctypes
import faulthandler
import sys
import threading
from typing import Any

import psutil
import pytest
from xdist.workermanage import NodeManager

STARTS_THE_PRODUCT = ("tests/browser/", "tests/stack/")
SECONDS_WITH_A_START = 300
"""For a test whose fixtures start the product, with its models, in processes of its own."""
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h

_before = pytest.StashKey[list[psutil.Process]]()
_workers = pytest.StashKey[list[Any]]()
_left = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("seconds_to_end", "how long Python may take to end after its tests", default="30")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_before] = psutil.Process().children()  # the servers of all tests
    config.stash[_workers], config.stash[_left] = [], []
    NodeManager.EXIT_TIMEOUT = int(config.getini("seconds_to_end"))
    if config.getoption("numprocesses", None) and sys.platform == "linux":
        # Where a worker crashed, what its tests had started becomes a child of this process.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(STARTS_THE_PRODUCT):
            item.add_marker(pytest.mark.timeout(SECONDS_WITH_A_START))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[_workers].append(node)


@pytest.hookimpl(trylast=True)  # once the fixtures are gone, and the workers
def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    left = _processes_left(config.stash[_before])
    for worker in config.stash[_workers]:
        output = getattr(worker, "workeroutput", {})
        left += output.get("left", [])
        if worker.gateway._io.popen.returncode != 0:
            threads = output.get("threads", "unknown")
            left.append(f"{worker.gateway.id} did not end by itself; its threads: {threads}")
    if hasattr(config, "workeroutput"):
        threads = [each.name for each in threading.enumerate() if not each.daemon]
        config.workeroutput.update(left=left, threads=", ".join(threads))
    elif left and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    config.stash[_left] = left


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for each in config.stash[_left]:
        terminalreporter.write_line(f"FAILED: left behind by a test: {each}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workeroutput"):  # It waits for the other workers, however long.
        return
    seconds = int(config.getini("seconds_to_end"))
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or sys.stderr)


def _processes_left(before: list[psutil.Process]) -> list[str]:
    """Stops them, with their children, and says which they were."""
    left = []
    for process in psutil.Process().children():
        if process in before or process.status() == psutil.STATUS_ZOMBIE:
            continue
        left.append(f"process {process.pid}, {' '.join(process.cmdline())[:200]}")
        for each in (process, *process.children(recursive=True)):
            each.kill()
    return left
