"""What it costs to have the model in a process of its own: `python benchmarks/hop.py`.

The same answers of 20 words from a model that takes no time, in this process and over the socket in
turn; so all that is measured is the way.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import tempfile
from pathlib import Path

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from llm.backends.dummy import DummyBackend
from llm.backends.remote import RemoteBackend
from llm.backends.server import serving
from llm.base import Backend, Question, Source

WORDS = 20
TEXT = " ".join(f"word{number}" for number in range(WORDS))
SOURCES = tuple(Source("faq", str(number), "Title", TEXT, 0.9, "en") for number in range(5))
QUESTION = Question("When is breakfast?", "en", "The Old Mill", SOURCES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=2000)
    parser.add_argument("--guests", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hop-") as folder:
        path = Path(folder) / "engine.sock"
        engine = multiprocessing.get_context("spawn").Process(target=serve, args=(path,))
        engine.start()
        try:
            uvloop.run(compare(path, options.answers, options.guests))
        finally:
            engine.kill()
            engine.join()


def serve(path: Path) -> None:
    async def forever() -> None:
        async with serving(DummyBackend("dummy"), path):
            await asyncio.Event().wait()

    uvloop.run(forever())


async def compare(path: Path, answers: int, guests: int) -> None:
    here, there = DummyBackend("dummy"), RemoteBackend("remote", socket=path)
    await asyncio.to_thread(there.warm_up)
    times: dict[Backend, list[tuple[float, float]]] = {here: [], there: []}
    for _ in range(answers // guests):
        for backend, measured in times.items():
            measured += await asyncio.gather(*(one_answer(backend) for _ in range(guests)))
    for what, index in (("first piece", 0), ("whole answer", 1)):
        in_process, socket = ([each[index] for each in kept] for kept in times.values())
        for percent in (50, 99):
            own, over = (_percentile(each, percent) for each in (in_process, socket))
            print(f"{what:12} p{percent}: {own:.3f} ms in process, {over - own:+.3f} by socket")
    there.close()


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


async def one_answer(backend: Backend) -> tuple[float, float]:
    """Milliseconds to the first piece, and to the end."""
    stream = backend.stream(QUESTION)
    [_ async for _ in stream]
    assert stream.completion.first_token_ms is not None
    return stream.completion.first_token_ms, stream.completion.total_ms


if __name__ == "__main__":
    main()
