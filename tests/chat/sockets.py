"""A guest's browser as the tests hold it: the real ASGI application, frame by frame."""

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

from asgiref.testing import ApplicationCommunicator

from concierge.asgi import application
from concierge.chat.runs import RUNS

HOST = (b"host", b"localhost:8000")
ORIGIN = (b"origin", b"http://localhost:8000")


class Socket:
    """A guest's browser: sends frames and reads them."""

    def __init__(
        self,
        slug: str,
        token: str,
        origin: tuple[bytes, bytes] = ORIGIN,
        address: str = "192.0.2.1",
    ) -> None:
        scope = {
            "type": "websocket",
            "path": f"/ws/c/{slug}/",
            "headers": [HOST, origin],
            "subprotocols": ["concierge.v1", token],
            "client": [address, 50_000],
        }
        self.line = ApplicationCommunicator(application, scope)

    async def __aenter__(self) -> "Socket":
        await self.line.send_input({"type": "websocket.connect"})
        self.accepted = (await self.line.receive_output(5))["type"] == "websocket.accept"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.line.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.line.wait(5)

    async def close_code(self) -> int:
        closing = await self.line.receive_output(5)
        assert closing["type"] == "websocket.close"
        return closing["code"]

    async def send_raw(self, text: str | None = None, data: bytes | None = None) -> None:
        await self.line.send_input({"type": "websocket.receive", "text": text, "bytes": data})

    async def send(self, **frame: object) -> None:
        await self.send_raw(json.dumps(frame))

    async def ask(self, text: str, id_: str = "", after: int = 0) -> str:
        id_ = id_ or str(uuid.uuid4())
        await self.send(type="question", id=id_, text=text, after=after)
        return id_

    async def read(self) -> dict[str, Any]:
        return json.loads((await self.line.receive_output(5))["text"])

    async def frames(self) -> AsyncIterator[dict[str, Any]]:
        """To the last frame of an answer."""
        while True:
            frame = await self.read()
            yield frame
            if frame["type"] in {"done", "error"}:
                return


async def whole_answer(socket: Socket) -> list[dict[str, Any]]:
    """All frames to the last one, once the answer is in the database too."""
    frames = [frame async for frame in socket.frames()]
    for run in tuple(RUNS.values()):
        await run.settled()
    return frames


def text_of(frames: list[dict[str, Any]]) -> str:
    return "".join(frame["text"] for frame in frames if frame["type"] == "token")
