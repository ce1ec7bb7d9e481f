"""The guest's end of the line. Frames are described in protocol.py."""

import asyncio
import logging
import uuid
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import Http404

from concierge.answering.answer import Asked
from concierge.chat import houses, limits, protocol, storage, tokens
from concierge.chat.memory import memory
from concierge.chat.models import ConversationErased
from concierge.chat.protocol import Ask, Forget, Frame, FrameError, Ping, Stop, answer_frame
from concierge.chat.runs import RUNS, Run, running
from concierge.chat.tokens import Guest
from concierge.threads import read
from llm.privacy import log_error
from properties.models import Property
from reading import danger_phrases
from reading.message import Message

MAX_WAITING = 2 * storage.REMEMBERED_MESSAGES
"""Questions of one socket that have not begun. A page that was reloaded asks all of them again."""
DANGER_SECONDS = 0.1
"""For what was said before: a page that shows an old alarm again raises no new one."""

logger = logging.getLogger(__name__)
SOCKETS: WeakSet["GuestConsumer"] = WeakSet()
"""The guests' open lines in this process: one guest may have several tabs."""


class GuestConsumer(AsyncWebsocketConsumer):
    """One guest's socket. Channels hands it one frame after the other, so nothing here waits for
    an answer: each is followed in a task of its own, and "stop" and "ping" get through.

    Nothing waits for Postgres either before a guest in danger is answered: a house that this
    process knows lets its guests in at once, and is read anew behind them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_open = False
        self.tasks: set[asyncio.Task[None]] = set()
        self.waiting: dict[uuid.UUID, asyncio.Task[None]] = {}
        self.past: dict[uuid.UUID, list[Frame]] | None = None
        self.catching_up: asyncio.Task[None] | None = None
        self.forgetting: asyncio.Task[None] | None = None
        self.turn = asyncio.Lock()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without Channels' hop into a thread before each frame, to close connections to Postgres:
        whoever needs one here is in_a_thread that does so by itself."""
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        """Nothing is read from Postgres for whoever knocks too often, or shows no token of ours."""
        self.slug: str = self.scope["url_route"]["kwargs"]["slug"]
        address = (self.scope.get("client") or ("",))[0]
        guest = self._holder(address)
        if seconds := await limits.knock(guest, address):
            reason = limits.please_return(seconds, houses.last_known(self.slug))
            await self._refuse(protocol.CLOSE_TOO_MANY, reason)
        elif guest is None:
            await self._refuse_stranger()
        else:
            await self._let_in(guest)

    def _holder(self, address: str) -> Guest | None:
        guests = (tokens.holder(each, address) for each in self.scope["subprotocols"])
        return next(filter(None, guests), None)

    async def _let_in(self, guest: Guest) -> None:
        try:
            self.property = await self._house_of(guest)
        except Http404:
            await self._refuse(protocol.CLOSE_NOT_FOUND, "There is no such property.")
        except houses.AWAY:
            await self._refuse(protocol.CLOSE_TRY_LATER, "Please try again in a moment.")
        else:
            await self._open_for(guest)

    async def _house_of(self, guest: Guest) -> Property:
        known = houses.last_known(self.slug)
        if known and known.pk == guest.property_id:
            return known
        # Another house may stand under the same name by now.
        return await houses.read(self.slug)

    async def _open_for(self, guest: Guest) -> None:
        if guest.property_id != self.property.pk:
            await self._refuse_stranger()
            return
        self.guest = guest
        self.is_open = True
        SOCKETS.add(self)
        await self.accept(protocol.SUBPROTOCOL)
        self._catch_up()

    async def _refuse_stranger(self) -> None:
        await self._refuse(protocol.CLOSE_UNAUTHORISED, "Please open the page again.")

    async def _refuse(self, code: int, reason: str) -> None:
        # A browser learns the code only from a socket that was opened first.
        offered = protocol.SUBPROTOCOL in self.scope["subprotocols"]
        await self.accept(protocol.SUBPROTOCOL if offered else None)
        await self.close(code, reason)

    async def disconnect(self, code: int) -> None:
        self._leave()

    def _leave(self) -> None:
        self.is_open = False
        SOCKETS.discard(self)
        self.let_go()

    async def _end(self, code: int, reason: str) -> None:
        if self.is_open:
            self._leave()
            with suppress(OSError):
                await self.close(code, reason)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.is_open:
            return  # It was refused, and went on talking.
        try:
            if text_data is None:
                raise FrameError("malformed", "Frames are JSON text.")
            match protocol.parse(text_data):
                case Ask() as ask:
                    self._answer(ask)
                case Stop(id=question_id):
                    await self._stop(question_id)
                case Forget():
                    self._forget_once()
                case Ping():
                    await self._send(protocol.PONG)
        except FrameError as error:
            await self._send(error.as_frame())

    def _answer(self, ask: Ask) -> None:
        if ask.id in self.waiting:
            return  # Its answer will come once, however often it is asked until then.
        # Reading costs 5 ms, so a flood is not read. Danger in plain words is heard in it as well.
        if len(self.waiting) >= MAX_WAITING and not danger_phrases.detect(ask.text):
            raise FrameError("too_many", "One moment please: your last questions come first.")
        self.waiting[ask.id] = task = self._start(self._read(ask))
        task.add_done_callback(lambda _: self._waits_no_longer(ask.id, task))

    def _waits_no_longer(self, question_id: uuid.UUID, task: asyncio.Task[None]) -> None:
        # It may have been stopped, and asked anew since.
        if self.waiting.get(question_id) is task:
            del self.waiting[question_id]

    async def _read(self, ask: Ask) -> None:
        """Whoever is in danger is heard before and beside all others."""
        message = await read(ask.text)
        begin = self._begin_in_danger if message.danger else self._begin_in_turn
        await begin(ask, message)

    async def _begin_in_danger(self, ask: Ask, message: Message) -> None:
        """Whether Postgres and Valkey answer or not."""
        if self.past is None:
            await asyncio.wait([self._catch_up()], timeout=DANGER_SECONDS)
        self._begin(ask, message)

    async def _begin_in_turn(self, ask: Ask, message: Message) -> None:
        """Once it is known what was said before, what the house is now, and that it is not too
        much. What cannot be known in time does not keep a guest from asking."""
        async with self.turn:
            if self.past is None or not houses.is_fresh(self.slug):
                await asyncio.wait([self._catch_up()])
            if not self._knows(ask.id):
                in_the_making = running(self.guest.conversation)
                await limits.admit(self.guest, in_the_making=in_the_making)
            self._begin(ask, message)

    def _knows(self, question_id: uuid.UUID) -> bool:
        """Asked before: whoever comes back for its answer asks nothing new."""
        is_known = (self.guest.conversation, question_id) in RUNS
        return is_known or question_id in (self.past or {})

    def _begin(self, ask: Ask, message: Message) -> None:
        # From here on without a pause: two sockets that ask the same must find one run.
        self.waiting.pop(ask.id, None)
        run = RUNS.get((self.guest.conversation, ask.id))
        if run is not None:
            self._start(self._follow(run, ask.after))
        elif frames := (self.past or {}).get(ask.id):
            self._start(self._replay(frames[min(ask.after, len(frames) - 1) :]))
        elif self.is_open:
            house = houses.last_known(self.slug) or self.property
            run = Run(self.guest, ask.id, Asked(house, ask.text, ask.language, message=message))
            self._start(self._follow(run, 0))

    def _catch_up(self) -> asyncio.Task[None]:
        """All questions that wait, wait for the same."""
        if self.catching_up is None or self.catching_up.done():
            self.catching_up = self._start(self._read_anew())
        return self.catching_up

    async def _read_anew(self) -> None:
        try:
            self.property, self.past = await asyncio.gather(houses.read(self.slug), self._load())
        except Http404:
            await self._end(protocol.CLOSE_NOT_FOUND, "There is no such property.")
        except ConversationErased:
            await self.begin_anew(self._new_token())
        except houses.AWAY as error:
            log_error(logger, "A guest is answered from what is known", error)

    async def _load(self) -> dict[uuid.UUID, list[Frame]]:
        return self.past if self.past is not None else await storage.load(self.guest)

    async def _stop(self, question_id: uuid.UUID) -> None:
        run = RUNS.get((self.guest.conversation, question_id))
        if run is not None:
            run.stop()
        elif waiting := self.waiting.pop(question_id, None):
            waiting.cancel()
            await self._send(answer_frame("done", question_id, 1, status="stopped", route=""))

    def _forget_once(self) -> None:
        """Whoever asks for it again meanwhile gets the same."""
        if self.forgetting is None or self.forgetting.done():
            self.forgetting = self._start(self._forget())

    async def _forget(self) -> None:
        """The guest's right to erase: what is being answered ends first, or it would come back.

        Each begins a new conversation, so code and address count as with a question.
        """
        if seconds := await limits.held("question", self.guest):
            raise FrameError("too_many", limits.please_wait(seconds), retry_after=seconds)
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
        token = self._new_token()
        for tab in tabs:
            await tab.begin_anew(token)

    def _new_token(self) -> str:
        return tokens.issue(self.guest.property_id, self.guest.qr_code_id)

    async def begin_anew(self, token: str) -> None:
        """Nothing is left of the conversation that this socket showed; `token` is for the next."""
        self.let_go()
        self.guest = tokens.read(token, self.guest.property_id, self.guest.address) or self.guest
        self.past = {}
        await self._send(protocol.forgotten(token))

    def let_go(self) -> None:
        """Of the conversation that this socket shows."""
        for task in self.tasks - {asyncio.current_task()}:
            task.cancel()
        self.waiting.clear()
        self.past = None

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._reporting(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _reporting(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except FrameError as error:
            await self._send(error.as_frame())
        except Exception as error:
            log_error(logger, "A guest's socket failed", error)

    async def _follow(self, run: Run, after: int) -> None:
        async for frame in run.follow(after):
            await self._send(frame)
        if run.is_forgotten:
            await self.begin_anew(self._new_token())
        elif self.past is not None and run.is_kept:
            self.past.setdefault(run.question_id, run.frames)

    async def _replay(self, frames: list[Frame]) -> None:
        for frame in frames:
            await self._send(frame)

    async def _send(self, frame: Frame) -> None:
        if self.is_open:
            try:
                await self.send(text_data=protocol.encode(frame))
            except OSError:  # The guest left in mid-answer, and comes back for the rest or not.
                self._leave()
