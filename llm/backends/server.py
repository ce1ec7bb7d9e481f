"""Serves a model to other processes of this machine, on a Unix socket."""

import asyncio
import fcntl
import logging
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

from llm.backends import wire
from llm.backends.card import card_of, publish
from llm.base import Backend, ModelError, Question
from llm.privacy import log_error

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_CARDS = 0.25
"""How long after a change of the model cached answers of the old one may still be given."""


class SocketInUse(Exception):
    """Another engine serves there."""


@asynccontextmanager
async def serving(backend: Backend, path: Path) -> AsyncIterator[None]:
    """Clients are answered on the socket at `path` within the block.

    Only processes of the same user may open it. Leaving the block breaks the answers in flight.
    Raises `SocketInUse`, and `OSError` where `path` cannot be a socket.
    """
    with _listener(path) as listener:
        publisher = _Publisher(backend, path)
        lines = _Lines(backend, publisher)
        server = await asyncio.start_unix_server(lines.serve, sock=listener, limit=wire.LONGEST)
        publishing = asyncio.create_task(publisher.follow())
        try:
            yield
        finally:
            publishing.cancel()
            server.close()
            await lines.close()


def is_served(path: Path) -> bool:
    """Whether an engine listens at `path`, whatever state its model is in."""
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


@contextmanager
def _listener(path: Path) -> Iterator[socket.socket]:
    """Whoever holds the lock may take away what a killed engine left at `path`."""
    with path.with_suffix(".lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SocketInUse(f"another engine serves on {path}: stop it first") from None
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            path.chmod(0o600)  # before anybody can connect
            listener.listen()
            try:
                yield listener
            finally:
                path.unlink(missing_ok=True)


class _Publisher:
    """Keeps the card at `path` true. Raises `OSError` where the first cannot be written."""

    def __init__(self, backend: Backend, path: Path) -> None:
        self._backend = backend
        self._path = path
        self._answered = False
        self._published = card_of(backend)
        publish(self._published, path)

    async def follow(self) -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_CARDS)
            self._refresh()

    def note_answer(self) -> None:
        """The first is told at once: the engine may die of the next question."""
        if not self._answered:
            self._answered = True
            self._refresh()

    def _refresh(self) -> None:
        card = card_of(self._backend, self._answered)
        if card == self._published:
            return
        try:
            publish(card, self._path)
            self._published = card
        except OSError as error:
            logger.error("The card of the engine cannot be written: %s", error)


class _Lines:
    """The clients' connections."""

    def __init__(self, backend: Backend, publisher: _Publisher) -> None:
        self._backend = backend
        self._publisher = publisher
        self._open: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of its own: cancelling that of the stream server is logged as an error.
        line = asyncio.create_task(_Line(self._backend, self._publisher, reader, writer).serve())
        self._open.add(line)
        line.add_done_callback(self._open.discard)

    async def close(self) -> None:
        for line in self._open:
            line.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)


class _Line:
    """One client, and its answers in flight by the numbers that it gave them."""

    def __init__(
        self,
        backend: Backend,
        publisher: _Publisher,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._backend = backend
        self._publisher = publisher
        self._reader = reader
        self._writer = writer
        self._in_flight: dict[int, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Until the client leaves, which ends its answers, or sends what nobody can read."""
        try:
            while (frame := await wire.read(self._reader)) is not None:
                self._take(frame)
        except wire.BadFrame as error:
            logger.warning("A line is closed: the client sent %s", error)
            told = ModelError(f"The engine was sent {error}", permanent=True, reason="rejected")
            await self._send(wire.error_frame(None, told, (0, 0)))
        except ConnectionError:
            pass
        finally:
            await self._close()

    def _take(self, frame: wire.Frame) -> None:
        number = frame.get("id")
        if not isinstance(number, int):
            raise wire.BadFrame("a frame without a number")
        match frame.get("type"):
            case "ask" if number not in self._in_flight:
                self._begin(number, self._answer(number, wire.question_in(frame)))
            case "warm_up" if number not in self._in_flight:
                self._begin(number, self._warm_up(number))
            case "cancel":
                if task := self._in_flight.get(number):
                    task.cancel()
            case _:
                raise wire.BadFrame("a frame of an unknown type or a number twice")

    def _begin(self, number: int, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._in_flight[number] = task
        task.add_done_callback(lambda _: self._in_flight.pop(number))

    async def _answer(self, number: int, question: Question) -> None:
        stream = self._backend.stream(question)
        try:
            async with stream:
                async for piece in stream:
                    await self._send(
                        {"type": "piece", "id": number, "piece": piece, "tokens": stream.tokens}
                    )
            self._publisher.note_answer()
            await self._send({"type": "done", "id": number, "completion": stream.completion})
        except Exception as error:
            await self._send(wire.error_frame(number, _as_model_error(error), stream.tokens))

    async def _warm_up(self, number: int) -> None:
        try:
            await asyncio.to_thread(self._backend.warm_up)
        except Exception as error:
            await self._send(wire.error_frame(number, _as_model_error(error), (0, 0)))
        else:
            await self._send({"type": "warm", "id": number})

    async def _send(self, frame: wire.Frame) -> None:
        """To a client that has left, nothing: the end of its line cancels its answers."""
        with suppress(ConnectionError):
            self._writer.write(wire.packed(frame))
            await self._writer.drain()

    async def _close(self) -> None:
        in_flight = list(self._in_flight.values())
        for task in in_flight:
            task.cancel()
        self._writer.close()
        await asyncio.gather(*in_flight, return_exceptions=True)


def _as_model_error(error: Exception) -> ModelError:
    if isinstance(error, ModelError):
        return error
    log_error(logger, "The engine failed", error)
    return ModelError(f"The engine failed: {type(error).__name__}", permanent=False)
