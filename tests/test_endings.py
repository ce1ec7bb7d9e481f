"""A run whose tests hang fails and ends. Each fault is put into a run of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ("no:django", "no:cacheprovider", "tests.workers", "tests.endings")
LIMITS = ("--timeout=0.5", "-ofaulthandler_timeout=2", "-ofaulthandler_exit_on_timeout=true")

AWAITS_FOR_EVER = """
import asyncio
async def test_fault(): await asyncio.Event().wait()
"""
TAKES_NO_INTERRUPTION = """
import signal, time
def test_fault():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    time.sleep(600)
"""
LEAVES_A_PROCESS = """
import subprocess
def test_fault(): globals()["left"] = subprocess.Popen(["sleep", "600"])
"""
LEAVES_A_THREAD = """
import threading
def test_fault(): threading.Thread(target=threading.Event().wait, name="for-ever").start()
"""
AND_ANOTHER = "\ndef test_another(): pass\n"


def run(folder: Path, test: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(test + AND_ANOTHER, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n", encoding="utf-8")
    plugins = [part for plugin in PLUGINS for part in ("-p", plugin)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, *LIMITS, *options, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_a_test_that_waits_for_ever_fails_and_the_others_run(tmp_path: Path, workers: str) -> None:
    done = run(tmp_path, AWAITS_FOR_EVER, workers)
    assert done.returncode == 1
    assert "Timeout" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_a_test_that_cannot_be_interrupted_fails_once_and_the_others_run(tmp_path: Path) -> None:
    done = run(tmp_path, TAKES_NO_INTERRUPTION, "-n1")
    assert done.returncode == 1
    assert "crashed while running 'test_it.py::test_fault'" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_without_workers_it_ends_the_run(tmp_path: Path) -> None:
    done = run(tmp_path, TAKES_NO_INTERRUPTION)
    assert done.returncode == 1
    assert "in test_fault" in done.stdout


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_a_process_that_is_left_is_stopped_and_fails_the_run(tmp_path: Path, workers: str) -> None:
    done = run(tmp_path, LEAVES_A_PROCESS, workers)
    assert done.returncode == 1
    assert "2 passed" in done.stdout
    assert "left behind by a test: process" in done.stdout
    assert "sleep 600" in done.stdout


def test_a_thread_that_is_left_fails_the_run_and_is_shown(tmp_path: Path) -> None:
    done = run(tmp_path, LEAVES_A_THREAD, "-oseconds_to_end=2")
    assert done.returncode == 1
    assert "2 passed" in done.stdout
    assert "threading.py" in done.stdout


def test_a_worker_that_a_thread_keeps_fails_the_run(tmp_path: Path) -> None:
    done = run(tmp_path, LEAVES_A_THREAD, "-n1", "-oseconds_to_end=2")
    assert done.returncode == 1
    assert "2 passed" in done.stdout
    assert "gw0 did not end by itself; its threads: MainThread, for-ever" in done.stdout
