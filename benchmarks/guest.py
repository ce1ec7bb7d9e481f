"""The product as its guest meets it: started whole, asked over the websocket."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

REPOSITORY = Path(__file__).resolve().parent.parent
SECONDS_TO_ANSWER = 60


@dataclass
class Product:
    """`manage.py start` on a data folder of its own; `zero` is when it was started."""

    process: psutil.Popen
    address: tuple[str, int]
    environment: dict[str, str]
    zero: float

    @property
    def host(self) -> str:
        return f"{self.address[0]}:{self.address[1]}"

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command,
            cwd=REPOSITORY,
            env=self.environment,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        ).stdout


@contextmanager
def product(var: Path, **variables: str) -> Iterator[Product]:
    """Runs it until the block ends; its port is open when the block begins."""
    address = ("127.0.0.1", _free_port())
    environment = os.environ | {
        "VAR_DIR": str(var.resolve()),
        "PORT": str(address[1]),
        # Benchmarks ask faster than guests may.
        **dict.fromkeys(("QUESTION_LIMITS", "SOCKET_LIMITS", "PAGE_LIMITS"), ""),
        **variables,
    }
    zero = time.perf_counter()
    process = psutil.Popen(
        [sys.executable, "manage.py", "start"],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for_port(address, process)
        yield Product(process, address, environment, zero)
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for_port(address: tuple[str, int], process: psutil.Popen) -> None:
    while True:
        try:
            socket.create_connection(address).close()
        except ConnectionRefusedError:
            if process.poll() is not None:
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


def ask(chat: ClientConnection, question: str) -> Iterator[dict[str, Any]]:
    """The answer's frames, as they come."""
    chat.send(
        json.dumps({"type": "question", "id": str(uuid.uuid4()), "text": question, "after": 0})
    )
    while True:
        frame = json.loads(chat.recv(timeout=SECONDS_TO_ANSWER))
        if frame["type"] == "error":
            sys.exit(f"{question}: {frame['message']}")
        yield frame
        if frame["type"] == "done":
            return
