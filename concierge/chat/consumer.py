"""The guest's end of the line. Frames are described in protocol.py."""

import asyncio
import logging
import time
import uuid
from collections.abc import Coroutine
from typing import Any
from weakref import WeakSet

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import Http404

from concierge.answering.answer import Asked
from concierge.chat import limits, protocol, storage, tokens
from concierge.chat.memory import memory
from concierge.chat.protocol import Ask, Forget, Frame, FrameError, Ping, Stop
from concierge.chat.runs import RUNS, Run, running
from concierge.chat.tokens import Guest
from llm.privacy import log_error
from properties.access import open_property

PROPERTY_SECONDS = 2.0
"""How old a socket's idea of its property may be: an edit of its settings is felt within that."""

logger = logging.getLogger(__name__)
SOCKETS: WeakSet["GuestConsumer"] = WeakSet()
"""The guests' open lines in this process: one guest may have several tabs."""


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
        guest = self._guest_of(offered)
        if guest is None:
            await self._refuse(protocol.CLOSE_UNAUTHORISED, "Please open the page again.")
            return
        if seconds := await limits.held("socket", guest):
            reason = limits.please_return(seconds, self.property)
            await self._refuse(protocol.CLOSE_TOO_MANY, reason)
            return
        self.guest = guest
        self.past = await storage.load(guest)
        SOCKETS.add(self)
        await self.accept(protocol.SUBPROTOCOL)

    def _guest_of(self, offered: list[str]) -> Guest | None:
        address = (self.scope.get("client") or ("",))[0]
        guests = (tokens.read(each, self.property.pk, address) for each in offered)
        return next(filter(None, guests), None)

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
        SOCKETS.discard(self)
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
        if time.monotonic() > self.property_is_fresh_until:
            await self._read_property()
        if not self._knows(ask.id):
            in_the_making = running(self.guest.conversation)
            await limits.admit(self.guest, ask.text, in_the_making=in_the_making)
        # From here on without a pause: two sockets that ask the same must find one run.
        run = RUNS.get((self.guest.conversation, ask.id))
        if run is not None:
            self._start(self._follow(run, ask.after))
        elif (frames := self.past.get(ask.id)) is not None:
            self._start(self._replay(frames[min(ask.after, len(frames) - 1) :]))
        else:
            run = Run(self.guest, ask.id, Asked(self.property, ask.text))
            self._start(self._follow(run, 0))

    def _knows(self, question_id: uuid.UUID) -> bool:
        """Asked before: whoever comes back for its answer asks nothing new."""
        return (self.guest.conversation, question_id) in RUNS or question_id in self.past

    def _stop(self, question_id: uuid.UUID) -> None:
        run = RUNS.get((self.guest.conversation, question_id))
        if run is not None:
            run.stop()

    async def _forget(self) -> None:
        """The guest's right to erase: what is being answered ends first, or it would come back."""
        conversation = self.guest.conversation
        tabs = [each for each in SOCKETS if each.guest.conversation == conversation]
        for tab in tabs:
            tab.let_go()
        while runs := [run for key, run in RUNS.items() if key[0] == conversation]:
            for run in runs:
                run.stop()
                await run.settled()
                RUNS.pop(run.key, None)
        try:
            await memory().forget(self.guest.property_id, conversation)
            await storage.forget(self.guest)
        except Exception as error:
            log_error(logger, "A conversation could not be erased", error)
            raise FrameError("failed", "This could not be deleted. Please try again.") from None
        for tab in tabs:
            await tab._send(protocol.FORGOTTEN)

    def let_go(self) -> None:
        """Of the conversation that this socket shows."""
        for follower in self.followers:
            follower.cancel()
        self.past.clear()

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
