"""The guest's end of the line. Frames are described in protocol.py."""

import asyncio
import time
import uuid
from collections.abc import Coroutine
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import Http404

from concierge.answering.answer import Asked
from concierge.chat import protocol, storage, tokens
from concierge.chat.memory import memory
from concierge.chat.protocol import Ask, Forget, Frame, FrameError, Ping, Stop
from concierge.chat.runs import RUNS, Run, running
from properties.access import open_property

MAX_AT_ONCE = 3
"""Answers in the making for one guest. More is a script, not a person."""
PROPERTY_SECONDS = 2.0
"""How old a socket's idea of its property may be: an edit of its settings is felt within that."""


class GuestConsumer(AsyncWebsocketConsumer):
    """One guest's socket. Channels hands it one frame after the other, so nothing here waits for
    an answer: each is followed in a task of its own, and "stop" and "ping" get through."""

    async def connect(self) -> None:
        self.followers: set[asyncio.Task[None]] = set()
        offered = self.scope["subprotocols"]
        try:
            await self._read_property()
        except Http404:
            await self._refuse(protocol.CLOSE_NOT_FOUND, "There is no such property.")
            return
        guest = next(
            (guest for each in offered if (guest := tokens.read(each, self.property.pk))), None
        )
        if guest is None:
            await self._refuse(protocol.CLOSE_UNAUTHORISED, "Please open the page again.")
            return
        self.guest = guest
        self.past = await storage.load(guest)
        await self.accept(protocol.SUBPROTOCOL)

    async def _read_property(self) -> None:
        slug = self.scope["url_route"]["kwargs"]["slug"]
        self.property = await database_sync_to_async(open_property, thread_sensitive=False)(slug)
        self.property_is_fresh_until = time.monotonic() + PROPERTY_SECONDS

    async def _refuse(self, code: int, reason: str) -> None:
        # A browser learns the code only from a socket that was opened first.
        offered = protocol.SUBPROTOCOL in self.scope["subprotocols"]
        await self.accept(protocol.SUBPROTOCOL if offered else None)
        await self.close(code, reason)

    async def disconnect(self, code: int) -> None:
        for follower in self.followers:
            follower.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            if text_data is None:
                raise FrameError("malformed", "Frames are JSON text.")
            match protocol.parse(text_data):
                case Ask() as ask:
                    await self._answer(ask)
                case Stop(id=question_id):
                    self._stop(question_id)
                case Forget():
                    await self._forget()
                case Ping():
                    await self._send(protocol.PONG)
        except FrameError as error:
            await self._send(error.as_frame())

    async def _answer(self, ask: Ask) -> None:
        run = RUNS.get((self.guest.conversation, ask.id))
        if run is not None:
            self._start(self._follow(run, ask.after))
        elif (frames := self.past.get(ask.id)) is not None:
            self._start(self._replay(frames[min(ask.after, len(frames) - 1) :]))
        else:
            self._start(self._follow(await self._run(ask), 0))

    async def _run(self, ask: Ask) -> Run:
        if running(self.guest.conversation) >= MAX_AT_ONCE:
            raise FrameError("too_many", "One moment please: your last questions come first.")
        if time.monotonic() > self.property_is_fresh_until:
            await self._read_property()
        return Run(self.guest, ask.id, Asked(self.property, ask.text))

    def _stop(self, question_id: uuid.UUID) -> None:
        run = RUNS.get((self.guest.conversation, question_id))
        if run is not None:
            run.stop()

    async def _forget(self) -> None:
        """The guest's right to erase: what is being answered ends first, or it would come back."""
        conversation = self.guest.conversation
        for follower in self.followers:
            follower.cancel()
        for run in [run for key, run in RUNS.items() if conversation in key]:
            run.stop()
            await run.settled()
            RUNS.pop(run.key, None)
        await storage.forget(self.guest)
        await memory().forget(self.guest.property_id, conversation)
        self.past.clear()
        await self._send(protocol.FORGOTTEN)

    def _start(self, sending: Coroutine[Any, Any, None]) -> None:
        follower = asyncio.create_task(sending)
        self.followers.add(follower)
        follower.add_done_callback(self.followers.discard)

    async def _follow(self, run: Run, after: int) -> None:
        async for frame in run.follow(after):
            await self._send(frame)
        self.past.setdefault(run.question_id, run.frames)

    async def _replay(self, frames: list[Frame]) -> None:
        for frame in frames:
            await self._send(frame)

    async def _send(self, frame: Frame) -> None:
        await self.send(text_data=protocol.encode(frame))
