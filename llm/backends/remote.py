"""A model that another process of this machine serves (`llm.backends.server`)."""

import asyncio
import os
import socket as sockets
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

from llm.backends import wire
from llm.backends.card import CardReader
from llm.backends.line import Line, Replies
from llm.base import Backend, Meter, ModelError, Question, Reason

_LONGEST_PATH = 103
"""Bytes; the smallest limit that a kernel sets on a socket's path (macOS)."""
_SECONDS_BETWEEN_CALLS = 0.02
"""Until an engine that starts at the same time as we do listens."""


class RemoteBackend(Backend):
    """Asks the engine that listens on `socket`; a line that broke is opened anew by the next
    question.

    `patience_seconds` is how long the engine may be silent while a guest waits, and
    `start_seconds` how long it may take to start, its model's loading included.
    """

    def __init__(
        self,
        name: str,
        *,
        socket: Path | str,
        patience_seconds: float = 10.0,
        start_seconds: float = 60.0,
    ) -> None:
        super().__init__(name)
        if len(os.fsencode(socket)) > _LONGEST_PATH:
            raise ValueError(f"SOCKET must not be longer than {_LONGEST_PATH} bytes")
        if patience_seconds <= 0 or start_seconds <= 0:
            raise ValueError("PATIENCE_SECONDS and START_SECONDS must be more than 0")
        self._socket = Path(socket)
        self._patience_seconds = patience_seconds
        self._start_seconds = start_seconds
        self._cards = CardReader(self._socket)
        self._lines: dict[asyncio.AbstractEventLoop, Line] = {}
        self._lock = threading.Lock()

    @property
    def model_id(self) -> str:
        return self._cards.card().model_id

    @property
    def languages(self) -> frozenset[str] | None:  # type: ignore[override]  # it may change
        return self._cards.card().languages

    @property
    def max_answer_tokens(self) -> int:  # type: ignore[override]  # it may change
        return self._cards.card().max_answer_tokens

    @property
    def trouble(self) -> str:
        return self._cards.card().trouble

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        line = self._line()
        try:
            number, replies = line.ask(question)
        except wire.BadFrame as error:
            raise ModelError(
                f"The model {self.name} cannot be asked: it is {error}", True, "rejected"
            ) from None
        try:
            while (piece := await self._next_piece(replies, meter)) is not None:
                yield piece
        finally:
            line.leave(number)

    async def _next_piece(self, replies: Replies, meter: Meter) -> str | None:
        """The next piece of the answer, None after the last."""
        begun = meter.first_piece is not None
        try:
            async with asyncio.timeout(self._patience_seconds):
                frame = await replies.get()
        except TimeoutError:
            raise self._error("is silent", "stalled" if begun else "timeout") from None
        if frame is None:
            raise self._error("is gone", "cut" if begun else "refused")
        if frame["type"] == "done":
            wire.note_completion(meter, frame)
            return None
        wire.note_tokens(meter, frame)
        if frame["type"] == "error":
            raise wire.error_in(frame)
        piece: str = frame["piece"]
        return piece

    def _line(self) -> Line:
        """The running loop's."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._lines:
                self._lines[loop] = Line(self._socket, self._forget)
            return self._lines[loop]

    def _forget(self, line: Line) -> None:
        with self._lock:
            self._lines = {loop: each for loop, each in self._lines.items() if each is not line}

    def warm_up(self) -> None:
        """Waits for an engine that is still starting, and until its model is loaded."""
        try:
            with self._call() as line:
                line.sendall(wire.packed({"type": "warm_up", "id": 0}))
                frame = wire.unpacked(line.makefile("rb").readline(wire.LONGEST))
        except (OSError, wire.BadFrame):
            raise self._error("does not answer", "refused") from None
        if frame["type"] == "error":
            raise wire.error_in(frame)

    def _call(self) -> sockets.socket:
        until = time.monotonic() + self._start_seconds
        while True:
            line = sockets.socket(sockets.AF_UNIX)
            line.settimeout(self._start_seconds)
            try:
                line.connect(str(self._socket))
                return line
            except (FileNotFoundError, ConnectionRefusedError):
                line.close()
                if time.monotonic() > until:
                    raise
            time.sleep(_SECONDS_BETWEEN_CALLS)

    def close(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, {}
        for loop, line in lines.items():
            with suppress(RuntimeError):  # The loop has ended, and with it its answers.
                loop.call_soon_threadsafe(line.close)

    def _error(self, what: str, reason: Reason) -> ModelError:
        return ModelError(f"The engine of the model {self.name} {what}", False, reason)
