"""The frames between a guest's browser and the concierge, as JSON text over one websocket.

Address: `/ws/c/<property>/`, subprotocols `concierge.v1` and the guest's signed token (the page
hands it out; it names the conversation, see tokens.py). The server answers `concierge.v1`.

Guest → concierge
    {"type": "question", "id": UUID, "text": str, "after": int, "language": str}
        `id` is made by the guest's browser and names the question and its answer for good.
        `after` is the number of the last frame of this answer that the browser has (0: none).
        Sending the same question again is how a reconnect resumes: frames above `after` follow,
        from memory while the answer runs, from the database once it is finished. If the answer
        was lost with its server, it starts over, and its `accepted` (n = 1) clears what was shown.
        `language` (ISO 639-1, may be left out) is the one to answer in: a tapped choice may be in
        the house's language and not in the guest's. Nobody says it: it is told from the text.
    {"type": "stop", "id": UUID}       ends that answer; `done` with status "stopped" follows
    {"type": "forget"}                 deletes this conversation; `forgotten` follows
    {"type": "ping"}                   answered by `pong`; keeps proxies from closing the line

Concierge → guest; all but `pong` and `forgotten` carry `id`, and `n` = 1, 2, 3 … within one answer
    accepted  {}                       the question was understood as one; the answer begins
    token     {"text": str}            a piece of the answer, plain text; append it
    sources   {"sources": [{"type", "external_id", "title", "score"}]}   what the answer rests on
    cards     {"cards": [{...}]}       dishes and places to show beside the answer
    choices   {"choices": [{"type", "external_id", "title"}]}   what to tap: the title is the next
              question. Texts of the house that come near, or (type "reply") answers to what the
              concierge asks back
    handoff   {"reason": "unanswerable" | "asked_for" | "safety" | "allergen_unknown" | "complaint"
               | "request", "urgent": bool, "name": str, "phone": str, "dials": str, "email": str}
              a person helps: whom the guest can reach, "" where there is no such way. `phone` is
              for reading, `dials` for a link `tel:`. Urgent: somebody may be in danger. With
              the reason "request", `request` is {"type": str}: what the guest wants done.
    done      {"status": "complete" | "stopped" | "incomplete", "route": str, "language": str}
              the last one; in which language was answered, "" where it was not known yet
    error     {"code": str, "message": str}   `message` is for the guest. With an `id` and `n` it
              ends that answer; without, it is about a frame that could not be used.
    forgotten {"token": str}           nothing of this conversation is kept: its guest deleted it,
              here or in another tab, or the staff did. The next question, or one that is asked
              again, begins a new one, whose token this is; this line has changed to it already

Codes: `malformed` (not JSON, or not a frame of this protocol), `too_large`, `too_many` (the guest
asks, or forgets, faster than is answered; where `retry_after` stands beside it, in how many seconds
to ask again), `failed` (our fault; asking again may work).

Closing codes: 4401 the token is missing, forged or expired; 4404 there is no such property, or no
longer; 4429 too many sockets from one guest, code or address, and the reason says when to come
back; 1013 we cannot tell at the moment: come back later.
"""

import json
import re
import uuid
from dataclasses import dataclass
from typing import Any

SUBPROTOCOL = "concierge.v1"
MAX_QUESTION = 1000
"""Characters. Guests ask in a sentence or two; more is not read by a 135 M model anyway."""
LANGUAGE = re.compile("([a-z]{2})?")
MAX_FRAME = 8 * 1024
"""Bytes: four for every character of the longest question, and room for the rest."""

CLOSE_TRY_LATER = 1013
"""The web's own: https://www.iana.org/assignments/websocket"""
CLOSE_UNAUTHORISED = 4401
CLOSE_NOT_FOUND = 4404
CLOSE_TOO_MANY = 4429

Frame = dict[str, Any]


class FrameError(Exception):
    """A guest's frame that cannot be used: a code and a reason that go back to the guest."""

    def __init__(self, code: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.more = more

    def as_frame(self) -> Frame:
        return {"type": "error", "code": self.code, "message": self.message, **self.more}


@dataclass(frozen=True)
class Ask:
    id: uuid.UUID
    text: str
    after: int
    language: str = ""


@dataclass(frozen=True)
class Stop:
    id: uuid.UUID


@dataclass(frozen=True)
class Ping:
    pass


@dataclass(frozen=True)
class Forget:
    pass


def parse(raw: str) -> Ask | Stop | Forget | Ping:
    """Read a guest's frame; raises FrameError."""
    if len(raw.encode()) > MAX_FRAME:
        raise FrameError("too_large", f"A message may have at most {MAX_QUESTION} characters.")
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        raise FrameError("malformed", "This is not JSON.") from None
    if not isinstance(frame, dict):
        raise FrameError("malformed", "A frame is a JSON object.")
    match frame.get("type"):
        case "question":
            return Ask(_id(frame), _text(frame), _after(frame), _language(frame))
        case "stop":
            return Stop(_id(frame))
        case "forget":
            return Forget()
        case "ping":
            return Ping()
    raise FrameError("malformed", "The type must be one of question, stop, forget, ping.")


def _id(frame: Frame) -> uuid.UUID:
    try:
        return uuid.UUID(frame["id"])
    except (KeyError, ValueError, AttributeError, TypeError):
        raise FrameError("malformed", "The id must be a UUID.") from None


def _text(frame: Frame) -> str:
    text = frame.get("text")
    if not isinstance(text, str):
        raise FrameError("malformed", "The text must be a string.")
    return clean_question(text)


def clean_question(text: str) -> str:
    """A guest's words on one line; raises FrameError for nothing at all and for too much."""
    if len(text) > MAX_QUESTION:
        raise FrameError("too_large", f"A question may have at most {MAX_QUESTION} characters.")
    # Postgres stores no NUL and no half of a surrogate pair; a guest means neither.
    text = text.replace("\0", " ").encode("utf-8", "ignore").decode()
    text = " ".join(text.split())
    if not text:
        raise FrameError("malformed", "The question is empty.")
    return text


def _after(frame: Frame) -> int:
    after = frame.get("after", 0)
    if not isinstance(after, int) or isinstance(after, bool) or after < 0:
        raise FrameError("malformed", "`after` must be a whole number from 0.")
    return after


def _language(frame: Frame) -> str:
    language = frame.get("language", "")
    if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        raise FrameError("malformed", "`language` must be two small letters, as in ISO 639-1.")
    return language


def answer_frame(type_: str, answer_id: uuid.UUID, number: int, **content: object) -> Frame:
    return {"type": type_, "id": str(answer_id), "n": number, **content}


def encode(frame: Frame) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


PONG: Frame = {"type": "pong"}


def forgotten(token: str) -> Frame:
    return {"type": "forgotten", "token": token}
