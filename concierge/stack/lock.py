"""Who runs the servers of a data folder, and who else uses them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunnerLock:
    """Held by the one process that runs the servers, and named in the file.

    The servers inherit the open file: it is free only when the last of them has ended, even where
    their runner was killed.
    """

    file: int

    def acquire(self, command: str) -> bool:
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        os.ftruncate(self.file, 0)
        os.pwrite(self.file, f"{os.getpid()} {command}".encode(), 0)
        return True

    def holder(self) -> tuple[int, str]:
        pid, _, command = os.pread(self.file, 4096, 0).decode().partition(" ")
        return int(pid or 0), command


@dataclass(frozen=True)
class UsersLock:
    """Shared by the short commands that use the servers: who runs them stops them last."""

    file: int

    def wait_for_the_others(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_EX)


@contextmanager
def runner_lock(var: Path) -> Iterator[RunnerLock]:
    with _opened(var / "runner.lock") as file:
        yield RunnerLock(file)


@contextmanager
def users_lock(var: Path) -> Iterator[UsersLock]:
    with _opened(var / "users.lock") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield UsersLock(file)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield file
    finally:
        os.close(file)
