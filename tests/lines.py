"""A guest's line to a web process, as a browser opens it, for what one process cannot show."""

import json
import re
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

LONGEST_WAIT = 30  # seconds; only a failing test waits so long


class Line:
    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def send(self, **frame: object) -> None:
        self.connection.send(json.dumps(frame))

    def ask(self, text: str) -> str:
        asked = str(uuid.uuid4())
        self.send(type="question", id=asked, text=text, after=0)
        return asked

    def read(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self.connection.recv(LONGEST_WAIT))
        assert frame["type"] != "error", frame
        return frame

    def read_to(self, type_: str) -> dict[str, Any]:
        """The first frame of this type, past all others."""
        while (frame := self.read())["type"] != type_:
            pass
        return frame


class Page:
    """A guest's page. It stays open while its line breaks and comes back."""

    def __init__(self, address: str, path: str) -> None:
        self._address = address
        with urllib.request.urlopen(f"http://{address}{path}", timeout=LONGEST_WAIT) as answer:
            html = answer.read().decode()
        found = re.search(r'<script id="settings"[^>]*>(.*?)</script>', html)
        assert found
        self._settings = json.loads(found[1])
        self.token: str = self._settings["token"]

    @contextmanager
    def line(self, address: str = "") -> Iterator[Line]:
        """To the process that the page came from, or to another."""
        address = address or self._address
        with connect(
            f"ws://{address}{self._settings['socket']}",
            subprotocols=[Subprotocol(self._settings["subprotocol"]), Subprotocol(self.token)],
            origin=Origin(f"http://{address}"),
            open_timeout=LONGEST_WAIT,
            close_timeout=1,
        ) as connection:
            yield Line(connection)
