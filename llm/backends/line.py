"""A client's line to the engine's process, for one event loop."""

import asyncio
import itertools
import logging
from collections.abc import Callable
from pathlib import Path

from llm.backends import wire

logger = logging.getLogger(__name__)

Replies = asyncio.Queue[wire.Frame | None]
"""The frames of one answer, and None where the line broke."""


class Line:
    """Many answers in flight on one connection, which is opened at once and not again.

    Belongs to the event loop that made it. `ended` is called when it is of no more use.
    """

    def __init__(self, socket: Path, ended: Callable[["Line"], None]) -> None:
        self._ended = ended
        self._numbers = itertools.count(1)
        self._replies: dict[int, Replies] = {}
        self._unsent: list[bytes] = []
        self._writer: asyncio.StreamWriter | None = None
        self._task = asyncio.create_task(self._listen(socket))

    def ask(self, question: object) -> tuple[int, Replies]:
        """The number of the answer and its frames to come. Raises `BadFrame` if it cannot be
        asked.
        """
        number = next(self._numbers)
        self._send({"type": "ask", "id": number, "question": question})
        replies = self._replies[number] = Replies()
        return number, replies

    def leave(self, number: int) -> None:
        """Nobody wants the rest of the answer, if there is one."""
        if self._replies.pop(number, None):
            self._send({"type": "cancel", "id": number})

    def close(self) -> None:
        self._task.cancel()

    def _send(self, frame: wire.Frame) -> None:
        line = wire.packed(frame)
        if self._writer is None:
            self._unsent.append(line)
        else:
            self._writer.write(line)

    async def _listen(self, socket: Path) -> None:
        try:
            reader, self._writer = await asyncio.open_unix_connection(socket, limit=wire.LONGEST)
            self._writer.writelines(self._unsent)
            while (frame := await wire.read(reader)) is not None:
                self._take(frame)
        except wire.BadFrame as error:
            logger.warning("The line to the engine is given up: it sent %s", error)
        except OSError:
            pass  # Whoever waits for an answer is told below.
        finally:
            self._ended(self)
            for replies in self._replies.values():
                replies.put_nowait(None)
            self._replies.clear()
            if self._writer is not None:
                self._writer.close()

    def _take(self, frame: wire.Frame) -> None:
        number = frame["id"]
        if number is None:
            logger.warning("The engine ends the line: %s", frame["message"])
        elif replies := self._replies.get(number):  # else its guest has left
            replies.put_nowait(frame)
            if frame["type"] != "piece":
                del self._replies[number]
