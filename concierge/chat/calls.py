"""Calls for staff that are not lost while Postgres is away.

Each stands in a file of VAR_DIR until it stands in the database, and is tried again until it does:
by the process that took it, or by the next web process to start. Trying twice calls once: at
worst it is counted twice, where another was counted in the same open call meanwhile. A call says
where and why, and nothing of what the guest wrote.
"""

import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from concierge.chat.models import Conversation, ConversationErased, Handoff
from concierge.chat.tokens import Guest
from concierge.patience import patience
from concierge.threads import CALLS, in_a_thread
from llm.privacy import log_error
from properties.models import Property

logger = logging.getLogger(__name__)

SECONDS_TO_TELL = 2.0
"""A guest who is to learn whether staff was told waits no longer for it."""
FILES = ThreadPoolExecutor(1, "call-files")
"""A disk that hangs holds up nothing else, and no file waits behind Postgres, as CALLS does."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds between two tries, doubled each time. Staff waits for it: the longest one is short."""


@dataclass(frozen=True)
class Call:
    """A guest whom a person has to help. Tried twice, `asked_id` shows that it is the same. It
    `joins` the latest open call from the same place where there are too many of them."""

    guest: Guest
    asked_id: UUID
    reason: str
    urgent: bool
    asked_at: datetime
    joins: bool = False

    @property
    def file(self) -> Path:
        return _folder() / f"{self.guest.conversation}.{self.asked_id}.{self.reason}.json"


_waiting: set[Call] = set()
_lock = threading.Lock()
_retrying: threading.Thread | None = None


async def call_staff(call: Call) -> bool:
    """Whether staff sees it now. If not they will, as soon as Postgres is back."""
    _waiting.add(call)
    try:
        await _keep_in_time(call)
        await in_a_thread(CALLS, SECONDS_TO_TELL, _deliver, call)
    except Exception as error:
        log_error(logger, "Staff could not be called yet", error)
        return False
    finally:
        # Also where the guest left meanwhile.
        _retry_what_waits()
    return True


async def _keep_in_time(call: Call) -> None:
    """A disk that hangs keeps staff no longer from being told than Postgres may."""
    try:
        await in_a_thread(FILES, SECONDS_TO_TELL, _keep, call)
    except TimeoutError as error:
        log_error(logger, "A call for staff could not be written down in time", error)


def resume() -> None:
    """What an earlier web process left behind."""
    for file in sorted(_folder().glob("*.json")):
        try:
            call = _read(file)
        except (OSError, ValueError, KeyError, TypeError) as error:
            log_error(logger, f"A call for staff cannot be read: {file}", error)
            continue
        _waiting.add(call)
    _retry_what_waits()


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "calls"


def _keep(call: Call) -> None:
    """A file that cannot be written costs the call no more than its life after this process."""
    try:
        _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = call.file.with_suffix(".draft")
        with open(draft, "wb", opener=_private) as file:
            file.write(orjson.dumps(asdict(call)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(call.file)
    except OSError as error:
        log_error(logger, "A call for staff could not be written down", error)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _read(file: Path) -> Call:
    values = orjson.loads(file.read_bytes())
    guest = values["guest"]
    return Call(
        Guest(UUID(guest["conversation"]), guest["property_id"], guest["qr_code_id"]),
        UUID(values["asked_id"]),
        values["reason"],
        values["urgent"],
        datetime.fromisoformat(values["asked_at"]),
        values["joins"],
    )


def _deliver(call: Call) -> None:
    with transaction.atomic():
        _hand_over(call)
    _waiting.discard(call)
    with suppress(OSError):
        call.file.unlink(missing_ok=True)


def _hand_over(call: Call) -> None:
    if not Property.objects.filter(pk=call.guest.property_id).exists():
        return  # The house is gone, and with it whoever could come.
    try:
        conversation = Conversation.objects.begin(call.guest)
    except ConversationErased:
        Handoff.objects.hand_over_erased(
            call.guest,
            call.reason,
            asked_id=call.asked_id,
            urgent=call.urgent,
            asked_at=call.asked_at,
        )
    else:
        Handoff.objects.hand_over(
            conversation,
            call.reason,
            asked_id=call.asked_id,
            urgent=call.urgent,
            asked_at=call.asked_at,
            joins=call.joins,
        )


def _retry_what_waits() -> None:
    global _retrying
    with _lock:
        if _waiting and not (_retrying and _retrying.is_alive()):
            _retrying = threading.Thread(target=_retry, name="calls-again", daemon=True)
            _retrying.start()


def _retry() -> None:
    pause = FIRST_PAUSE
    while _something_waits():
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
        waiting = list(_waiting)
        waiting.sort(key=_urgency)
        for call in waiting:
            if not _try(call):
                break
        connection.close()


def _urgency(call: Call) -> tuple[bool, datetime]:
    """The urgent ones come first, then who waits longest."""
    return not call.urgent, call.asked_at


def _something_waits() -> bool:
    global _retrying
    with _lock:
        if not _waiting:
            _retrying = None  # Whoever comes now starts another.
        return bool(_waiting)


def _try(call: Call) -> bool:
    """Whether Postgres is there to be told of the next one."""
    try:
        with patience(SECONDS_TO_TELL):
            _deliver(call)
    except (OperationalError, InterfaceError):
        return False
    except Exception as error:
        log_error(logger, "A call for staff could not be delivered", error)
    return True
