"""The same answer as server-sent events."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from concierge.asgi import application
from properties.models import Property
from tests.api.conftest import Ask
from tests.api.patient import PatientBackend
from tests.people import ASKS_STORY, STORY

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = {"question": "When is breakfast served?"}
LONG = {"question": ASKS_STORY}
EVENTS = "text/event-stream"


async def events_of(response: Any) -> list[tuple[str, Any]]:
    """As a browser reads them: blocks of lines, an empty line between them."""
    text = b"".join([part async for part in response]).decode()
    assert text.endswith("\n\n")
    events = []
    for block in text[:-2].split("\n\n"):
        (event, name), (data, value) = (line.split(": ", 1) for line in block.split("\n"))
        assert (event, data) == ("event", "data")
        events.append((name, json.loads(value)))
    return events


@pytest.mark.parametrize(
    ("accept", "body"),
    [(EVENTS, LONG), ("application/json", {**LONG, "stream": True})],
)
async def test_an_answer_streams_in_order(
    storied: Property, ask: Ask, accept: str, body: Any
) -> None:
    response = await ask(body, accept=accept)
    assert response["content-type"] == EVENTS
    assert response["cache-control"] == "no-cache"
    assert response["x-accel-buffering"] == "no"
    events = await events_of(response)
    names = [name for name, _ in events]
    tokens = names.count("token")
    assert tokens > 1
    assert names == ["token"] * tokens + ["sources", "done"]
    words = "".join(data["text"] for name, data in events if name == "token")
    assert words == STORY


async def test_the_events_together_are_the_json_answer(ask: Ask) -> None:
    whole = (await ask({"question": "Lentil curry"})).json()
    events = await events_of(await ask({"question": "Lentil curry"}, accept=EVENTS))
    told = {
        "answer": "".join(data["text"] for name, data in events if name == "token"),
        **{key: value for name, data in events if name != "token" for key, value in data.items()},
    }
    assert whole.pop("timings_ms").keys() == told.pop("timings_ms").keys()
    assert told == {name: value for name, value in whole.items() if name != "choices"}
    assert whole["choices"] == []
    assert whole["cards"]


async def test_an_error_before_the_stream_is_json(ask: Ask) -> None:
    response = await ask({"question": ""}, accept=EVENTS)
    assert response.status_code == 400
    assert response["content-type"] == "application/json"


async def test_an_error_in_the_stream_is_its_last_event(ask: Ask, broken_search: None) -> None:
    events = await events_of(await ask(QUESTION, accept=EVENTS))
    assert [name for name, _ in events] == ["error"]
    assert events[0][1]["error"]["code"] == "unavailable"


# --- Leaving ------------------------------------------------------------------------------------


@pytest.fixture
def patient_model(settings: Any) -> type[PatientBackend]:
    backend = f"{PatientBackend.__module__}.{PatientBackend.__qualname__}"
    settings.LLM_BACKENDS = {**settings.LLM_BACKENDS, "dummy": {"CLASS": backend}}
    PatientBackend.asked, PatientBackend.left = asyncio.Event(), asyncio.Event()
    return PatientBackend


@pytest.mark.parametrize("accept", ["application/json", EVENTS])
async def test_a_client_that_leaves_ends_the_answer(
    generated: Property, patient_model: type[PatientBackend], accept: str
) -> None:
    body = json.dumps(QUESTION).encode()
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/api/v1/properties/{generated.slug}/ask",
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"accept", accept.encode()),
        ],
    }
    line = ApplicationCommunicator(application, scope)
    await line.send_input({"type": "http.request", "body": body})
    async with asyncio.timeout(30):
        await patient_model.asked.wait()
        await line.send_input({"type": "http.disconnect"})
        await patient_model.left.wait()
        await line.wait()
