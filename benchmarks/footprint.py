"""How soon the product answers after its start, and what memory its processes hold.

    python benchmarks/footprint.py [--var DIR] [--property SLUG] [--questions N]

Starts `manage.py start` on a data folder that was used before, asks as a guest over the websocket,
has the worker embed the whole property once more, and prints seconds since the start and MiB of
each process. PSS counts a shared page once among those who share it, so that the sum is what the
product takes from the machine.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path

import psutil
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

REPOSITORY = Path(__file__).resolve().parent.parent
QUESTIONS = (
    "What time is breakfast?",
    "Can I bring my dog?",
    "Where can I park?",
    "Is there a vegetarian main course?",
    "Um wie viel Uhr ist Check-out?",
)
SECONDS_TO_ANSWER = 60
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


@dataclass
class Clock:
    """Seconds since the start of the product."""

    zero: float

    def print(self, what: str) -> None:
        print(f"{time.perf_counter() - self.zero:8.2f} s  {what}")


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

    address = ("127.0.0.1", free_port())
    environment = os.environ | {"VAR_DIR": str(options.var.resolve()), "PORT": str(address[1])}
    clock = Clock(time.perf_counter())
    product = psutil.Popen(
        [sys.executable, "manage.py", "start"],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for_port(address, product)
        clock.print("port open")
        with open_chat(f"{address[0]}:{address[1]}", options.property) as chat:
            clock.print("page served, chat connected")
            ask(chat, QUESTIONS[0], clock)
            for number in range(1, options.questions):
                ask(chat, QUESTIONS[number % len(QUESTIONS)])
            edit = EMBED_ALL_ANEW.format(slug=options.property)
            manage = [sys.executable, "manage.py", "shell", "-v0", "-c", edit]
            subprocess.run(manage, cwd=REPOSITORY, env=environment, check=True)
            print_memory(product)
    finally:
        product.terminate()
        product.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for_port(address: tuple[str, int], product: psutil.Popen) -> None:
    while True:
        try:
            socket.create_connection(address).close()
        except ConnectionRefusedError:
            if product.poll() is not None:
                sys.exit("the product did not start")
            time.sleep(0.005)
        else:
            return


def open_chat(host: str, slug: str) -> ClientConnection:
    """As the page does it: with the subprotocol and the token that stand in the page."""
    with urllib.request.urlopen(f"http://{host}/c/{slug}/", timeout=SECONDS_TO_ANSWER) as answer:
        page = answer.read().decode()
    settings = re.search(r'<script id="settings" type="application/json">(.*?)</script>', page)
    if settings is None:
        sys.exit(f"{host}/c/{slug}/ is not the page of a chat")
    chat = json.loads(settings[1])
    return connect(
        f"ws://{host}{chat['socket']}",
        subprotocols=[Subprotocol(chat["subprotocol"]), Subprotocol(chat["token"])],
        origin=Origin(f"http://{host}"),
    )


def ask(chat: ClientConnection, question: str, clock: Clock | None = None) -> None:
    chat.send(
        json.dumps({"type": "question", "id": str(uuid.uuid4()), "text": question, "after": 0})
    )
    first_token = True
    while True:
        frame = json.loads(chat.recv(timeout=SECONDS_TO_ANSWER))
        if frame["type"] == "error":
            sys.exit(f"{question}: {frame['message']}")
        if clock and first_token and frame["type"] == "token":
            clock.print(f"first token of the first answer: {question}")
            first_token = False
        if frame["type"] == "done":
            if clock:
                clock.print(f"first answer {frame['status']}, by {frame['route']}")
            return


def print_memory(product: psutil.Popen) -> None:
    totals = {"pss": 0.0, "rss": 0.0}
    print(f"{'PSS MiB':>10}{'RSS MiB':>10}  process")
    for process in [product, *product.children(recursive=True)]:
        memory = process.memory_full_info()
        command = " ".join(process.cmdline())
        print(f"{memory.pss / 2**20:10.1f}{memory.rss / 2**20:10.1f}  {command[:90]}")
        if "postgres" not in command:
            totals["pss"] += memory.pss / 2**20
            totals["rss"] += memory.rss / 2**20
    print(f"{totals['pss']:10.1f}{totals['rss']:10.1f}  all without Postgres")


if __name__ == "__main__":
    main()
