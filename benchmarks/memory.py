"""Encrypted conversation memory beside redis-benchmark, on the same Valkey in the same run.

    python benchmarks/memory.py

64 guests at once store and recall their last turns (`together`: their commands share pipelines as
they do in the product), and one guest after the other (`one by one`). redis-benchmark, in C, sets
and gets values of the same size for 50 clients, unsealed. The sides take turns.
"""

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from concierge.stack import throwaway

TOGETHER = 64
COMMANDS = 50_000
ONE_BY_ONE = 5_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with throwaway() as stack:
        os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="concierge.settings")
        socket = urlsplit(stack.redis_url).path
        rates: dict[str, list[float]] = {}
        for _ in range(rounds):
            size, ours = asyncio.run(measure())
            for name, rate in {**redis_benchmark(socket, size), **ours}.items():
                rates.setdefault(name, []).append(rate)
        report(size, rates)


async def measure() -> tuple[int, dict[str, float]]:
    """Bytes of a value, and operations a second."""
    from django.conf import settings

    from concierge.valkey import valkey
    from llm.base import Turn
    from llm.memory import TURNS, Memory

    memory = Memory(valkey(), settings.SECRET_KEY, settings.MEMORY_TTL)
    turn = Turn("What time is breakfast?", "Breakfast is from 7:00 to 10:30.", ("Breakfast",))
    turns = [turn] * TURNS

    async def store(guest: int) -> None:
        await memory.remember(1, str(guest), turns)

    async def recall(guest: int) -> None:
        assert await memory.recall(1, str(guest)) == turns

    await together(store, TOGETHER)
    size = await valkey().strlen("memory:1:0")
    return size, {
        "store, together": await together(store, COMMANDS),
        "recall, together": await together(recall, COMMANDS),
        "store, one by one": await one_by_one(store, ONE_BY_ONE),
        "recall, one by one": await one_by_one(recall, ONE_BY_ONE),
    }


async def together(do: Callable[[int], Awaitable[None]], times: int) -> float:
    async def guest(number: int) -> None:
        for _ in range(times // TOGETHER):
            await do(number)

    started = time.perf_counter()
    await asyncio.gather(*map(guest, range(TOGETHER)))
    return times // TOGETHER * TOGETHER / (time.perf_counter() - started)


async def one_by_one(do: Callable[[int], Awaitable[None]], times: int) -> float:
    started = time.perf_counter()
    for number in range(times):
        await do(number % TOGETHER)
    return times / (time.perf_counter() - started)


def redis_benchmark(socket: str, size: int) -> dict[str, float]:
    """redis-benchmark's own numbers: 100,000 commands of 50 clients, not pipelined."""
    run = subprocess.run(
        [
            *("redis-benchmark", "-s", socket, "-t", "set,get", "-n", "100000", "-c", "50", "-q"),
            *("-d", str(size)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.findall(r"(SET|GET): ([\d.]+) requests per second", run.stdout)
    return {f"redis-benchmark {name}": float(rate) for name, rate in found}


def report(size: int, rates: dict[str, list[float]]) -> None:
    medians = {name: statistics.median(each) for name, each in rates.items()}
    print(f"values of {size} bytes, median of {len(next(iter(rates.values())))} rounds")
    for name, rate in medians.items():
        theirs = medians["redis-benchmark SET" if name[0] == "s" else "redis-benchmark GET"]
        share = "" if name.startswith("redis") else f"  {rate / theirs:.0%} of redis-benchmark's"
        print(f"{name:<20} {rate:9,.0f}/s{share}")


if __name__ == "__main__":
    main()
