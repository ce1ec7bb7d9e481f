"""Two web processes share one Postgres and one Valkey, and know nothing else of each other."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings

from concierge.chat import tokens
from concierge.chat.memory import memory
from concierge.chat.models import Conversation, Message
from llm.base import Turn
from llm.memory import Forgotten
from properties.models import Property
from tests.browser import servers
from tests.lines import Page
from tests.people import ASKS_STORY
from tests.stack.product import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def two(django_db_setup: None) -> Iterator[list[str]]:
    with servers.web() as one, servers.web() as another:
        yield [urlsplit(each.url).netloc for each in (one, another)]


def saved(asked: str) -> Message:
    """Its guest is not kept waiting for it."""
    wait_until(lambda: Message.objects.filter(asked_id=asked).exists(), "it is saved")
    return Message.objects.get(asked_id=asked)


@async_to_sync
async def remembered(property_id: int, conversation: uuid.UUID) -> list[Turn]:
    return await memory().recall(property_id, conversation)


def test_what_a_guest_erases_in_one_process_is_not_brought_back_by_an_answer_of_another(
    two: list[str], storied: Property
) -> None:
    page = Page(two[0], f"/c/{storied.slug}/")
    guest = tokens.read(page.token, storied.pk)
    assert guest
    with page.line() as answering, page.line(two[1]) as erasing:
        answering.ask("Are pets allowed?")
        answering.read_to("done")
        answering.ask(ASKS_STORY)
        answering.read_to("token")
        erasing.send(type="forget")
        erasing.read_to("forgotten")
        # The answer runs to its end, and is nobody's. Where it ended before it was erased, its page
        # learns so with the next question.
        while (frame := answering.read())["type"] not in {"forgotten", "done"}:
            pass
        if frame["type"] == "done":
            answering.ask("Where can I park?")
            frame = answering.read_to("forgotten")
        new = frame["token"]
        assert not Conversation.objects.exists()
        with pytest.raises(Forgotten):
            remembered(storied.pk, guest.conversation)

        asked = answering.ask("Are pets allowed?")
        answering.read_to("done")
    row = saved(asked)
    assert row.conversation_id == getattr(tokens.read(new, storied.pk), "conversation", None)


def test_a_question_on_another_line_begins_a_new_conversation(
    two: list[str], storied: Property
) -> None:
    page = Page(two[0], f"/c/{storied.slug}/")
    with page.line() as here, page.line(two[1]) as there:
        here.ask("Are pets allowed?")
        here.read_to("done")
        there.send(type="forget")
        there.read_to("forgotten")
        here.ask("Where can I park?")
        here.read_to("forgotten")
        # Which the page asks again.
        asked = here.ask("Where can I park?")
        here.read_to("done")
    saved(asked)
    assert [row.question for row in Message.objects.all()] == ["Where can I park?"]


def test_a_guest_who_leaves_in_mid_answer_leaves_no_error_behind(
    two: list[str], storied: Property
) -> None:
    log = Path(settings.VAR_DIR, "log", "web.log")
    before = log.stat().st_size
    page = Page(two[0], f"/c/{storied.slug}/")
    with page.line() as line:
        line.ask(ASKS_STORY)
        line.read_to("token")
        line.connection.socket.close()
    with page.line() as line:
        line.ask("Are pets allowed?")
        line.read_to("done")
    said = log.read_bytes()[before:].decode()
    assert "never retrieved" not in said
    assert "ERROR" not in said
