"""One answer as server-sent events: token, sources, cards, choices, then done or error."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.renderers import BaseRenderer

from concierge.answering.answer import Answer, Asked
from concierge.answering.pipeline import respond
from concierge.api.errors import exception_handler

SENT_BEFORE = {"answer", "sources", "cards", "choices"}


class EventStreamRenderer(BaseRenderer):
    """Only lets a client ask for the stream by `Accept`; what is rendered is JSON (errors)."""

    media_type = "text/event-stream"
    format = "event-stream"


def stream_response(asked: Asked) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        events(asked),
        content_type=EventStreamRenderer.media_type,
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def events(asked: Asked) -> AsyncIterator[bytes]:
    """A client that leaves cancels this, and with it the model."""
    answer = Answer()
    try:
        async with aclosing(respond(asked, answer)) as happening:
            async for event in happening:
                if event.type == "handoff":
                    continue  # a field of `done`
                yield encode(event.type, event.content)
    except Exception as error:
        yield encode("error", exception_handler(error, {}).data)
        return
    rest = {name: value for name, value in answer.as_json().items() if name not in SENT_BEFORE}
    yield encode("done", rest)


def encode(event: str, data: Any) -> bytes:
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
