"""Answers in the making. A run belongs to nobody's socket: it goes on while a phone sleeps, and
whoever comes back with the guest's token reads on from the frame they had.

Frames are kept in memory while the answer runs and in its Message once it is saved.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from concierge.answering.answer import Answer, Asked
from concierge.answering.pipeline import respond
from concierge.chat import limits, storage
from concierge.chat.calls import Call, call_staff
from concierge.chat.limits import MAX_AT_ONCE
from concierge.chat.memory import memory
from concierge.chat.models import ConversationErased
from concierge.chat.protocol import Frame, answer_frame
from concierge.chat.tokens import Guest
from llm.base import Turn
from llm.memory import Forgotten
from llm.privacy import log_error

logger = logging.getLogger(__name__)
Key = tuple[uuid.UUID, uuid.UUID]

FAILED = "Something went wrong on our side. Please ask again."
LINGER = 60
"""Seconds for which a finished run is kept beside its row in the database."""

RUNS: dict[Key, "Run"] = {}
"""Conversation and question → the run that answers it, or just did, in this process."""


def running(conversation: uuid.UUID) -> int:
    """How many answers are in the making for one guest."""
    return sum(1 for key, run in RUNS.items() if key[0] == conversation and not run.is_finished)


def _unwritten_alarms(conversation: uuid.UUID) -> int:
    """How many questions in danger of one guest are yet to be written down."""
    runs = [run for key, run in RUNS.items() if key[0] == conversation and not run.is_settled]
    return sum(1 for run in runs if run.is_in_danger and run.is_kept)


def end_runs_of(conversations: Collection[uuid.UUID]) -> None:
    """They were erased: their answers end, and what they said is gone. From any thread."""
    for run in list(RUNS.values()):
        if run.guest.conversation in conversations:
            run.end_soon()


class Run:
    """One answer: its frames so far, and the task that makes them.

    `is_forgotten` once it is known that the conversation was erased: then there is no last frame,
    and nothing is kept. Not `is_kept` either is what a guest in danger writes over and over: it is
    answered at once and counted, but neither calls again nor is written down.
    """

    def __init__(self, guest: Guest, question_id: uuid.UUID, asked: Asked) -> None:
        self.guest = guest
        self.question_id = question_id
        self.asked = asked
        self.answer = Answer()
        self.frames: list[Frame] = []
        self._grown = asyncio.Event()
        self._stop_requested = False
        self._is_ending = False
        self._history: list[Turn] | None = None
        self._called: set[str] = set()
        self.is_forgotten = False
        self.is_in_danger = bool(asked.message and asked.message.danger)
        self.is_kept = not self.is_in_danger or _unwritten_alarms(guest.conversation) < MAX_AT_ONCE
        RUNS[self.key] = self
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._make())

    @property
    def key(self) -> Key:
        return self.guest.conversation, self.question_id

    @property
    def is_finished(self) -> bool:
        if self.is_forgotten:
            return True
        return bool(self.frames) and self.frames[-1]["type"] in {"done", "error"}

    @property
    def is_settled(self) -> bool:
        return self._task.done()

    def stop(self) -> None:
        """The guest has read enough. Frames that are out stay out; `done` follows."""
        if not (self._is_ending or self._stop_requested):
            self._stop_requested = True
            if self.frames:  # A task that is cancelled before its first step never takes it.
                self._task.cancel()

    def end_soon(self) -> None:
        with suppress(RuntimeError):  # Its loop has ended, and with it the answer.
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self.stop()
        RUNS.pop(self.key, None)

    async def settled(self) -> None:
        """Until the answer has ended and is written down."""
        await asyncio.wait([self._task])

    async def follow(self, after: int) -> AsyncIterator[Frame]:
        """The frames numbered above `after`, as they come, to the last one."""
        # A browser that claims more than there is still gets the end.
        position = min(after, len(self.frames) - 1) if self.is_finished else after
        while True:
            grown = self._grown
            while position < len(self.frames):
                yield self.frames[position]
                position += 1
            if self.is_finished:
                return
            await grown.wait()

    async def _make(self) -> None:
        self._publish("accepted")
        try:
            if self._stop_requested:  # before this first step
                raise asyncio.CancelledError
            await self._respond()
        except asyncio.CancelledError:
            if not self._stop_requested:
                raise
            if self.answer.status != "complete":
                self.answer.status = "stopped"
        except Forgotten:
            self.is_forgotten = True
        except Exception as error:
            log_error(logger, "An answer failed", error)
            self.answer.status = "failed"
        finally:
            self._is_ending = True
            # A guest whose line broke just now comes back in a moment and finds it here.
            self._loop.call_later(LINGER if self.is_kept else 0, RUNS.pop, self.key, None)
            await self._settle()

    async def _respond(self) -> None:
        """Whoever is in danger is answered before anything is asked of Valkey or Postgres."""
        self.asked = replace(self.asked, tell_staff=self._tell_staff)
        if not self.is_in_danger:
            with self.answer.watch.timed("recall"):
                self.asked = replace(self.asked, history=await self._recall())
        async with aclosing(respond(self.asked, self.answer)) as events:
            async for event in events:
                self._publish(event.type, **event.content)

    async def _settle(self) -> None:
        """What is to be kept is kept. The guest does not wait for the database: until the answer is
        written, it is kept here."""
        if not self.is_kept:
            self._append(self._last_frame())
            return
        await self._attempt("remembered", self._remember())
        if self.is_forgotten:
            RUNS.pop(self.key, None)
            self._grow()
        else:
            self._append(self._last_frame())
            await self._attempt("saved", self._save())
        if self.answer.handoff and self.answer.handoff["reason"] not in self._called:
            await self._tell_staff(self.answer.handoff)

    def _last_frame(self) -> Frame:
        number = len(self.frames) + 1
        if self.answer.status == "failed":
            return answer_frame("error", self.question_id, number, code="failed", message=FAILED)
        return answer_frame(
            "done",
            self.question_id,
            number,
            status=self.answer.status,
            route=self.answer.route,
            language=self.answer.language,
        )

    async def _recall(self) -> list[Turn]:
        if self._history is None:
            self._history = await memory().recall(self.guest.property_id, self.guest.conversation)
        return self._history

    async def _tell_staff(self, handoff: dict[str, Any]) -> bool:
        if not self.is_kept:
            return False
        reason, urgent = handoff["reason"], handoff["urgent"]
        joins = await limits.calls_too_often(self.guest, urgent=urgent)
        if urgent and joins and await limits.alarms_without_end(self.guest):
            self.is_kept = False
            return False
        # Not before: whoever stops the answer meanwhile is called for when it has ended.
        self._called.add(reason)
        caller = replace(self.guest, address="")  # which is kept nowhere
        call = Call(caller, self.question_id, reason, urgent, timezone.now(), joins)
        return await call_staff(call)

    async def _remember(self) -> None:
        if not self.answer.text or self.is_forgotten:
            return
        try:
            turns = [*await self._recall(), self.answer.turn(self.asked.text)]
            await memory().remember(self.guest.property_id, self.guest.conversation, turns)
        except Forgotten:
            self.is_forgotten = True

    async def _save(self) -> None:
        frames = list(self.frames)
        try:
            await storage.save(self.guest, self.question_id, self.asked, self.answer, frames)
        except (ConversationErased, IntegrityError):
            # Erased, by its guest or with its house, where Valkey did not know of it.
            await memory().forget(self.guest.property_id, self.guest.conversation)
            RUNS.pop(self.key, None)

    async def _attempt(self, what: str, doing: Coroutine[Any, Any, None]) -> bool:
        """Whether it could be done. A guest who reads is not disturbed if it could not."""
        try:
            await doing
        except Exception as error:
            log_error(logger, f"A question could not be {what}", error)
            return False
        return True

    def _publish(self, type_: str, **content: object) -> None:
        self._append(answer_frame(type_, self.question_id, len(self.frames) + 1, **content))

    def _append(self, frame: Frame) -> None:
        self.frames.append(frame)
        self._grow()

    def _grow(self) -> None:
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()
