import contextlib
import json
import re
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concierge.chat import protocol
from concierge.chat.protocol import (
    MAX_FRAME,
    MAX_QUESTION,
    Ask,
    Forget,
    FrameError,
    Ping,
    Stop,
    parse,
)

ID = "0190f5a2-6b1c-7c3e-9a4f-1d2e3f4a5b6c"


def question(**changes: object) -> str:
    return json.dumps({"type": "question", "id": ID, "text": "Is there Wi-Fi?", **changes})


def test_a_question_is_read_with_its_id_and_place() -> None:
    assert parse(question(after=3)) == Ask(uuid.UUID(ID), "Is there Wi-Fi?", 3)


def test_a_question_without_after_starts_at_the_beginning() -> None:
    assert parse(question()) == Ask(uuid.UUID(ID), "Is there Wi-Fi?", 0)


def test_stop_forget_and_ping_are_read() -> None:
    assert parse(json.dumps({"type": "stop", "id": ID})) == Stop(uuid.UUID(ID))
    assert parse('{"type": "ping"}') == Ping()
    assert parse('{"type": "forget"}') == Forget()


def test_a_question_is_brought_to_one_clean_line() -> None:
    asked = parse(question(text="  Is there\n\tWi-Fi\x00? \ud800"))
    assert isinstance(asked, Ask)
    assert asked.text == "Is there Wi-Fi ?"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "[]",
        "null",
        '"question"',
        "{}",
        '{"type": "dance"}',
        '{"type": ["question"]}',
        '{"type": "stop"}',
        '{"type": "stop", "id": 7}',
        question(id="not-a-uuid"),
        question(text=7),
        question(text=" \n "),
        question(after=-1),
        question(after=True),
        question(after="3"),
        "[" * 5000,
    ],
)
def test_what_is_no_frame_is_called_malformed(raw: str) -> None:
    with pytest.raises(FrameError) as caught:
        parse(raw)
    assert caught.value.code == "malformed"
    assert caught.value.as_frame()["type"] == "error"


@pytest.mark.parametrize("raw", [question(text="a" * (MAX_QUESTION + 1)), "x" * (MAX_FRAME + 1)])
def test_what_is_too_large_is_called_so(raw: str) -> None:
    with pytest.raises(FrameError) as caught:
        parse(raw)
    assert caught.value.code == "too_large"


def test_the_longest_question_fits_a_frame_in_any_script() -> None:
    asked = parse(
        json.dumps(json.loads(question(text="\U0001f600" * MAX_QUESTION)), ensure_ascii=False)
    )
    assert isinstance(asked, Ask)


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_nothing_a_guest_sends_raises_anything_but_a_frame_error(raw: str) -> None:
    with contextlib.suppress(FrameError):
        parse(raw)


def test_every_frame_type_and_code_is_documented() -> None:
    documented = protocol.__doc__ or ""
    types = ["question", "stop", "ping", "accepted", "token", "sources", "cards", "done", "error"]
    sources = "\n".join(
        Path(path).read_text()
        for path in (
            "concierge/chat/protocol.py",
            "concierge/chat/runs.py",
            "concierge/chat/consumer.py",
            "concierge/chat/limits.py",
        )
    )
    codes = set(re.findall(r'(?:FrameError\(|code=)"(\w+)"', sources))
    assert {"malformed", "too_large", "too_many", "failed"} <= codes
    for name in [*types, *codes]:
        assert name in documented
