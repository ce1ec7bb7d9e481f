"""`python -m tests.llm.engine_process SOCKET DELAY`: an engine that tests may kill."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from llm.backends.dummy import DummyBackend
from llm.backends.server import serving


async def _serve(path: Path, delay: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with serving(DummyBackend("dummy", delay=delay), path):
        print("ready", flush=True)
        await stop.wait()


@contextmanager
def engine_process(path: Path, delay: float = 0.0) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.llm.engine_process", str(path), str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), float(sys.argv[2])))
