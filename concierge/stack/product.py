"""The product's own processes, as `manage.py start` runs them."""

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from concierge.stack.errors import StackError
from concierge.stack.process import Child

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS_TO_FINISH = 5  # for the requests and tasks that run when it is told to stop
WEB = [
    "uvicorn",
    "concierge.asgi:application",
    "--loop=uvloop",
    "--http=httptools",
    "--ws=websockets-sansio",
    "--ws-max-size=1048576",  # bytes; up to here a frame that is too large is told so
    "--lifespan=off",
    "--log-level=warning",
    "--no-access-log",
    f"--timeout-graceful-shutdown={SECONDS_TO_FINISH}",
]
# One task at a time in one process: a second process would hold a second copy of the models.
WORKER = [
    "celery",
    "--app=concierge",
    "worker",
    "--pool=solo",
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
]
BEAT = ["celery", "--app=concierge", "beat"]
ENGINE = ["concierge.engine"]


def open_port(host: str, port: int) -> socket.socket:
    """Listens at once: a guest who comes while the web process starts waits in line."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # "::" means all of the machine's addresses, the IPv4 ones too.
        both = host == "::" and socket.has_dualstack_ipv6()
        listener = socket.create_server(
            address,
            family=family,
            backlog=1024,
            dualstack_ipv6=both,
        )
        # Guests' connections inherit it. Without, an answer's second frame waits 40 ms for the
        # acknowledgement of the first; uvicorn takes a socket by --fd for one that needs no such.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        raise StackError(
            f"port {port} on {host} cannot be used ({os.strerror(error.errno or 0)}): "
            "stop the program that has it, or set PORT or HOST"
        ) from error


def web(environment: dict[str, str], listener: socket.socket) -> Child:
    command = [*WEB, f"--fd={listener.fileno()}"]
    return _python("web", command, environment, inherited=(listener.fileno(),))


def engine(environment: dict[str, str]) -> Child:
    return _python("engine", ENGINE, environment)


def worker(environment: dict[str, str]) -> Child:
    return _python("worker", WORKER, environment)


def beat(environment: dict[str, str]) -> Child:
    return _python("beat", BEAT, environment)


def _python(
    name: str,
    command: Sequence[str],
    environment: dict[str, str],
    inherited: tuple[int, ...] = (),
) -> Child:
    return Child(
        name=name,
        command=[sys.executable, "-m", *command],
        log=Path(environment["VAR_DIR"]) / "log" / f"{name}.log",
        folder=REPOSITORY,
        # Threads come and go: left alone, malloc keeps for each what the last one freed.
        environment=os.environ | environment | {"PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2"},
        inherited=inherited,
        seconds_to_stop=2 * SECONDS_TO_FINISH,
    )


class FirstAnswer:
    """Asks for a page at once, and tells when the web process has answered."""

    def __init__(self, listener: socket.socket, host: str, path: str) -> None:
        self._address = listener.getsockname()[:2]
        self._request = f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode()
        self._ask()

    def has_come(self) -> bool:
        try:
            if self._connection.recv(1):
                self._connection.close()
                return True
        except BlockingIOError:
            return False
        except ConnectionError:
            pass
        self._ask()
        return False

    def _ask(self) -> None:
        self._connection = socket.create_connection(self._address)
        self._connection.sendall(self._request)
        self._connection.setblocking(False)
