"""Answers in the making. A run belongs to nobody's socket: it goes on while a phone sleeps, and
whoever comes back with the guest's token reads on from the frame they had.

Frames are kept in memory while the answer runs and in its Message once it is saved.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from concierge.answering.answer import Answer, Asked
from concierge.answering.pipeline import respond
from concierge.chat import storage
from concierge.chat.memory import memory
from concierge.chat.protocol import Frame, answer_frame
from concierge.chat.tokens import Guest
from llm.privacy import log_error

logger = logging.getLogger(__name__)
Key = tuple[uuid.UUID, uuid.UUID]

FAILED = "Something went wrong on our side. Please ask again."
SECONDS_TO_TELL = 2.0
"""A guest in danger waits no longer for the database."""
LINGER = 60
"""Seconds for which a finished run is kept beside its row in the database."""

RUNS: dict[Key, "Run"] = {}
"""Conversation and question → the run that answers it, or just did, in this process."""


def running(conversation: uuid.UUID) -> int:
    """How many answers are in the making for one guest."""
    return sum(1 for key, run in RUNS.items() if key[0] == conversation and not run.is_finished)


class Run:
    """One answer: its frames so far, and the task that makes them."""

    def __init__(self, guest: Guest, question_id: uuid.UUID, asked: Asked) -> None:
        self.guest = guest
        self.question_id = question_id
        self.asked = asked
        self.answer = Answer()
        self.frames: list[Frame] = []
        self._grown = asyncio.Event()
        self._stop_requested = False
        self._is_ending = False
        RUNS[self.key] = self
        self._task = asyncio.create_task(self._make())

    @property
    def key(self) -> Key:
        return self.guest.conversation, self.question_id

    @property
    def is_finished(self) -> bool:
        return bool(self.frames) and self.frames[-1]["type"] in {"done", "error"}

    def stop(self) -> None:
        """The guest has read enough. Frames that are out stay out; `done` follows."""
        if not (self._is_ending or self._stop_requested):
            self._stop_requested = True
            self._task.cancel()

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
            await self._recall()
            async with aclosing(respond(self.asked, self.answer)) as events:
                async for event in events:
                    self._publish(event.type, **event.content)
        except asyncio.CancelledError:
            if not self._stop_requested:
                raise
            if self.answer.status != "complete":
                self.answer.status = "stopped"
        except Exception as error:
            log_error(logger, "An answer failed", error)
            self.answer.status = "failed"
        finally:
            self._is_ending = True
            # A guest whose line broke just now comes back in a moment and finds it here.
            asyncio.get_running_loop().call_later(LINGER, RUNS.pop, self.key, None)
            await self._attempt("remembered", self._remember())
            # The guest does not wait for the database: until it is written, it is kept here.
            self._append(self._last_frame())
            await self._attempt("saved", self._save())

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
        )

    async def _recall(self) -> None:
        with self.answer.timed("recall"):
            turns = await memory().recall(self.guest.property_id, self.guest.conversation)
        self.asked = replace(self.asked, history=turns, tell_staff=self._tell_staff)

    async def _tell_staff(self, handoff: dict[str, Any]) -> bool:
        return await self._attempt(
            "handed over",
            asyncio.wait_for(
                storage.call_staff(self.guest, self.question_id, handoff), SECONDS_TO_TELL
            ),
        )

    async def _remember(self) -> None:
        if self.answer.text:
            turns = [*self.asked.history, self.answer.turn(self.asked.text)]
            await memory().remember(self.guest.property_id, self.guest.conversation, turns)

    async def _save(self) -> None:
        frames = list(self.frames)
        await storage.save(self.guest, self.question_id, self.asked, self.answer, frames)

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
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()
