"""Bodies that come in chunks and name no length, before a real web process."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import User

from concierge import bodies
from concierge.api.parsers import MAX_BODY
from concierge.asgi import application
from properties.models import Property
from tests.browser.servers import LONGEST_WAIT, Web

ASK = "/api/v1/properties/lakeside/ask"
LOGIN = "/admin/login/"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=part"}


@pytest.fixture
def line(web: Web) -> Iterator[HTTPConnection]:
    connection = HTTPConnection("127.0.0.1", web.port, timeout=LONGEST_WAIT)
    yield connection
    connection.close()


def in_chunks(
    line: HTTPConnection, path: str, body: str, headers: dict[str, str]
) -> tuple[HTTPResponse, str]:
    """A body that is sent as an iterator has no length: http.client sends it in chunks."""
    raw = body.encode()
    pieces = (raw[start : start + 10_000] for start in range(0, len(raw), 10_000))
    line.request("POST", path, pieces, headers)
    response = line.getresponse()
    return response, response.read().decode()


def form(line: HTTPConnection) -> dict[str, str]:
    line.request("GET", LOGIN)
    response = line.getresponse()
    response.read()
    token = SimpleCookie(response.headers["Set-Cookie"])["csrftoken"].value
    return {"username": "staff", "password": "a-long-password", "csrfmiddlewaretoken": token}


def test_a_question_in_chunks_is_answered(line: HTTPConnection, house: Property) -> None:
    response, said = in_chunks(line, ASK, '{"question": "What time is breakfast?"}', JSON)
    assert response.status == 200
    assert json.loads(said)["answer"] == "Breakfast is served from 7:00 to 10:30."


def test_a_question_without_end_is_refused_in_chunks_too(
    line: HTTPConnection, house: Property
) -> None:
    response, said = in_chunks(line, ASK, '{"question": "' + "a" * MAX_BODY, JSON)
    assert response.status == 413
    assert json.loads(said)["error"]["code"] == "too_large"


@pytest.mark.parametrize("headers", [FORM, PARTS], ids=["form", "multipart"])
def test_a_form_in_chunks_signs_in(
    line: HTTPConnection, house: Property, staff: User, headers: dict[str, str]
) -> None:
    fields = form(line)
    body = urlencode(fields) if headers is FORM else multipart(fields)
    cookie = {"Cookie": f"csrftoken={fields['csrfmiddlewaretoken']}"}
    response, _ = in_chunks(line, LOGIN, body, headers | cookie)
    assert response.status == 302
    assert "sessionid" in str(response.headers)


def multipart(fields: dict[str, str]) -> str:
    parts = (
        f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return f"{''.join(parts)}--part--\r\n"


@async_to_sync
async def status_of_a_body_of(size: int) -> int:
    scope = {"type": "http", "method": "POST", "path": ASK, "query_string": b"", "headers": []}
    line = ApplicationCommunicator(application, scope)
    for _ in range(size):
        await line.send_input({"type": "http.request", "body": b"a", "more_body": True})
    await line.send_input({"type": "http.request", "body": b"", "more_body": False})
    started = await line.receive_output(LONGEST_WAIT)
    await line.receive_output(LONGEST_WAIT)
    await line.wait(LONGEST_WAIT)
    return started["status"]


def test_no_door_takes_a_body_without_end(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_BODY", 10)
    assert status_of_a_body_of(11) == 413
    assert status_of_a_body_of(10) == 400  # no host named: that is somebody else's answer
