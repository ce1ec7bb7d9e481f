"""How long each way to answer takes, from the guest's frame to the last frame of the answer.

    python benchmarks/ways.py [--var DIR] [--rounds N]

Starts the product on a data folder with the demo hotel (`manage.py start` loads it) and asks over
the websocket, one guest, the ways taking turns; the clock is the guest's. A way's time covers
everything: memory, cache, search, checks, router, guard, frames. "router + guard" is what the
product itself measured of these two stages, from its own metrics' source, the messages' traces.
"""

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from guest import REPOSITORY, Product, ask, open_chat, product

ROUNDS = 200
READING = 0.01
"""Seconds between answer and next question; the product writes the answer down meanwhile."""
ASKED = {
    "curated": "What time is check-in?",
    "curated, a menu query": "Which mains are vegan and under 25 EUR?",
    "curated, another language": "Wann gibt es Frühstück?",
    "handed over": "Can I speak to someone, please?",
}
GENERATED = "Could my kids swim alone late?"
TRACES = """
import json
from concierge.chat.models import Message
rows = Message.objects.order_by('-created_at').values_list('route', 'trace')[:{rows}]
print(json.dumps([[route, trace['timings_ms']] for route, trace in rows]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--var", type=Path, default=REPOSITORY / "var")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with product(options.var) as running:
        times = measured(running, options.rounds)
        report(times)
        report_stages(running, options.rounds)


def measured(running: Product, rounds: int) -> dict[str, list[float]]:
    """Way → milliseconds. The generated question is asked once, and then is a cached one."""
    times: dict[str, list[float]] = defaultdict(list)
    with open_chat(running.host, "demo") as chat:
        for question in (*ASKED.values(), GENERATED):
            list(ask(chat, question))  # warm
        for _ in range(rounds):
            for way, question in (*ASKED.items(), ("cached", GENERATED)):
                started = time.perf_counter()
                last = list(ask(chat, question))[-1]
                elapsed = (time.perf_counter() - started) * 1000
                name = way if way != "cached" else f"asked before ({last['route']})"
                times[name].append(elapsed)
                time.sleep(READING)
    return times


def report(times: dict[str, list[float]]) -> None:
    print(f"{'frame received to last frame sent':<36}{'n':>6}{'p50':>8}{'p95':>8}{'p99':>8}  ms")
    for way, values in times.items():
        p50, p95, p99 = np.percentile(values, (50, 95, 99))
        print(f"{way:<36}{len(values):>6}{p50:>8.2f}{p95:>8.2f}{p99:>8.2f}")


def report_stages(running: Product, rounds: int) -> None:
    rows = json.loads(running.manage("shell", "-v0", "-c", TRACES.format(rows=rounds * 5)))
    stages: dict[str, list[float]] = defaultdict(list)
    for _, timings in rows:
        for stage, milliseconds in timings.items():
            stages[stage].append(milliseconds)
    print(f"\n{'stage, as the product measured it':<36}{'n':>6}{'p50':>8}{'p95':>8}{'p99':>8}  ms")
    for stage, values in stages.items():
        p50, p95, p99 = np.percentile(values, (50, 95, 99))
        print(f"{stage:<36}{len(values):>6}{p50:>8.3f}{p95:>8.3f}{p99:>8.3f}")


if __name__ == "__main__":
    main()
