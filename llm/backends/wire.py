"""What goes over the line between the engine's process and its clients: JSON, one frame a line.

A client sends
    {"type": "ask", "id": 1, "question": {…}}     `id` is the client's, anew for each question
    {"type": "cancel", "id": 1}                   nothing more comes for 1
    {"type": "warm_up", "id": 2}                  answered by `warm` or `error`
and gets
    {"type": "piece", "id": 1, "piece": "…", "tokens": [read, written]}
    {"type": "done", "id": 1, "completion": {…}}
    {"type": "error", "id": 1, "message": "…", "permanent": …, "reason": "…", "retry_after": …,
     "tokens": [read, written]}                   with the id null: the line is closed
    {"type": "warm", "id": 2}
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from llm.base import Completion, Meter, ModelError, Question, Source, Turn

Frame = dict[str, Any]

LONGEST = 1_048_576
"""Bytes of a frame. A question with its sources has some 10,000."""


class BadFrame(ValueError):
    """The other side does not keep to the protocol. Quotes nothing: a guest may have written it."""


def packed(frame: Mapping[str, Any]) -> bytes:
    """A line of its own. Raises `BadFrame` for text that is no UTF-8 and for a frame too long."""
    try:
        line = orjson.dumps(frame, default=tuple, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError as error:
        raise BadFrame("a frame that cannot be written as JSON") from error
    if len(line) > LONGEST:
        raise BadFrame(f"a frame of more than {LONGEST} bytes")
    return line


def unpacked(line: bytes) -> Frame:
    """Raises `BadFrame` for a line that is no JSON object."""
    try:
        frame = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadFrame("a frame that is no JSON") from error
    if not isinstance(frame, dict):
        raise BadFrame("a frame that is no JSON object")
    return frame


async def read(reader: asyncio.StreamReader) -> Frame | None:
    """The next frame; None where the line ended, in the middle of a frame or not.

    The reader's limit has to be `LONGEST`.
    """
    try:
        line = await reader.readline()
    except ValueError as error:
        raise BadFrame(f"a frame of more than {LONGEST} bytes") from error
    return unpacked(line) if line.endswith(b"\n") else None


def question_in(frame: Frame) -> Question:
    """The question that `frame` holds as JSON. Raises `BadFrame` if it is none."""
    try:
        given = frame["question"]
        sources = tuple(Source(**source) for source in given["sources"])
        history = tuple(
            Turn(question, answer, tuple(topics), menu)
            for question, answer, topics, menu in given["history"]
        )
        return Question(**given | {"sources": sources, "history": history})
    except (KeyError, TypeError, ValueError) as error:
        raise BadFrame("a question with parts that are missing or unknown") from error


def error_frame(number: int | None, error: ModelError, tokens: tuple[int, int]) -> Frame:
    return {
        "type": "error",
        "id": number,
        "message": str(error),
        "permanent": error.permanent,
        "reason": error.reason,
        "retry_after": error.retry_after,
        "tokens": tokens,
    }


def error_in(frame: Frame) -> ModelError:
    """What `error_frame` was made of."""
    return ModelError(frame["message"], frame["permanent"], frame["reason"], frame["retry_after"])


def note_completion(meter: Meter, frame: Frame) -> None:
    """The times but for the wait are the client's own."""
    completion = Completion(**frame["completion"])
    meter.finish = completion.finish
    meter.prompt_tokens = completion.prompt_tokens
    meter.completion_tokens = completion.completion_tokens
    meter.sources_used = completion.sources_used
    meter.cut = completion.cut
    meter.queue_ms = completion.queue_ms


def note_tokens(meter: Meter, frame: Frame) -> None:
    meter.prompt_tokens, meter.completion_tokens = frame["tokens"]
