"""How soon the product answers after its start, and what memory its processes hold.

    python benchmarks/footprint.py [--var DIR] [--property SLUG] [--questions N]

Starts `manage.py start` on a data folder that was used before, asks as a guest over the websocket,
has the worker embed the whole property once more, and prints seconds since the start and MiB of
each process. PSS counts a shared page once among those who share it, so that the sum is what the
product takes from the machine.
"""

import argparse
import time
from pathlib import Path

import psutil
from guest import REPOSITORY, Product, ask, open_chat, product
from websockets.sync.client import ClientConnection

QUESTIONS = (
    "What time is breakfast?",
    "Can I bring my dog?",
    "Where can I park?",
    "Is there a vegetarian main course?",
    "Um wie viel Uhr ist Check-out?",
)
# So that the worker, too, has loaded its models and worked when its memory is read.
EMBED_ALL_ANEW = """
import time
from properties.models import Property
from retrieval import outbox
from retrieval.models import OutboxEntry
outbox.record_anew([Property.objects.get(slug={slug!r}).pk])
outbox.nudge_worker()
while OutboxEntry.objects.exists():
    time.sleep(0.1)
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--var", type=Path, default=REPOSITORY / "var")
    parser.add_argument("--property", default="demo")
    parser.add_argument("--questions", type=int, default=20, help="asked before memory is read")
    options = parser.parse_args()
    if not (options.var / "postgres").exists():
        parser.error(f"{options.var} was never used: run `manage.py start` on it once")
    with product(options.var) as running:
        print_since(running, "port open")
        with open_chat(running.host, options.property) as chat:
            print_since(running, "page served, chat connected")
            time_first_answer(running, chat)
            for number in range(1, options.questions):
                list(ask(chat, QUESTIONS[number % len(QUESTIONS)]))
            edit = EMBED_ALL_ANEW.format(slug=options.property)
            running.manage("shell", "-v0", "-c", edit)
            print_memory(running.process)


def print_since(running: Product, what: str) -> None:
    print(f"{time.perf_counter() - running.zero:8.2f} s  {what}")


def time_first_answer(running: Product, chat: ClientConnection) -> None:
    first_token = True
    for frame in ask(chat, QUESTIONS[0]):
        if frame["type"] == "token" and first_token:
            print_since(running, f"first token of the first answer: {QUESTIONS[0]}")
            first_token = False
        if frame["type"] == "done":
            print_since(running, f"first answer {frame['status']}, by {frame['route']}")


def print_memory(process: psutil.Popen) -> None:
    totals = {"pss": 0.0, "rss": 0.0}
    print(f"{'PSS MiB':>10}{'RSS MiB':>10}  process")
    for each in [process, *process.children(recursive=True)]:
        memory = each.memory_full_info()
        command = " ".join(each.cmdline())
        print(f"{memory.pss / 2**20:10.1f}{memory.rss / 2**20:10.1f}  {command[:90]}")
        if "postgres" not in command:
            totals["pss"] += memory.pss / 2**20
            totals["rss"] += memory.rss / 2**20
    print(f"{totals['pss']:10.1f}{totals['rss']:10.1f}  all without Postgres")


if __name__ == "__main__":
    main()
