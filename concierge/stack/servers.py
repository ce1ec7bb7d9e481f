import time
from pathlib import Path

from concierge.stack import folder, postgres, valkey
from concierge.stack.addresses import addresses
from concierge.stack.errors import StackError
from concierge.stack.lock import RunnerLock
from concierge.stack.process import Child

SECONDS_TO_START = 60  # A database that was cut off has to recover first.


class Servers:
    """The embedded servers of a data folder: those whose address is the one in use."""

    def __init__(self, var: Path, database_url: str, redis_url: str) -> None:
        self.stack = addresses(var)
        self.with_postgres = database_url == self.stack.database_url
        self.with_valkey = redis_url == self.stack.redis_url
        self.is_new = False
        self.children: list[Child] = []

    @property
    def are_needed(self) -> bool:
        return self.with_postgres or self.with_valkey

    def are_ready(self) -> bool:
        return (not self.with_postgres or postgres.is_ready(self.stack)) and (
            not self.with_valkey or valkey.is_ready(self.stack)
        )

    def start(self, runner: RunnerLock, *, durable: bool = True) -> None:
        inherited = (runner.file,)
        (self.stack.var / "log").mkdir(exist_ok=True)
        folder.make_private(self.stack.sockets, postgres.system_user())
        if self.with_postgres:
            self.is_new = postgres.prepare(self.stack, durable=durable)
            self.children.append(postgres.server(self.stack, inherited, durable=durable))
        if self.with_valkey:
            valkey.prepare(self.stack)
            self.children.append(valkey.server(self.stack, inherited))
        for child in self.children:
            child.start()
        self._wait()

    def stop(self) -> None:
        for child in reversed(self.children):
            child.stop()

    def _wait(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not self.are_ready():
            for child in self.children:
                if not child.is_running():
                    raise StackError(
                        f"{child.name} did not start: {child.last_words()} (more in {child.log})"
                    )
            if time.monotonic() > deadline:
                raise StackError(f"the servers were not ready in time: see {self.stack.var}/log")
            time.sleep(0.01)
