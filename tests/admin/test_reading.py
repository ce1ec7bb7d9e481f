"""Pages to read: conversations, the outbox, and lists that ask the database for little."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from concierge.chat.models import Conversation, Message
from faq.models import Faq
from menus.models import Menu, Section
from properties.models import Membership, Property, QRCode, WidgetSite
from recommendations.models import Recommendation
from retrieval.models import OutboxEntry
from tests.admin.conftest import SignIn
from tests.admin.pages import MODELS, address, rows_of
from tests.people import make_item, make_staff


def test_conversations_are_read_and_not_written(office: Client, furnished: Property) -> None:
    conversation = rows_of(Conversation, furnished)[0]
    url = address(Conversation, "change", conversation.pk)
    page = office.get(url).content.decode()
    assert "Lakeside 2" in page
    assert 'name="_save"' not in page
    assert office.post(url, {"messages-0-answer": "Never said"}).status_code == 403
    assert office.post(address(Conversation, "add"), {}).status_code == 403


def test_what_a_guest_typed_is_shown_as_text(office: Client, furnished: Property) -> None:
    script = "<script>alert(1)</script>"
    Message.objects.update(question=script, answer=script, sources=[{"title": script}])
    Message.objects.update(trace={"note": script}, model=script, reason=script)
    conversation = rows_of(Conversation, furnished)[0]
    for url in (
        address(Conversation, "change", conversation.pk),
        address(Conversation, "changelist"),
    ):
        page = office.get(url).content.decode()
        assert "alert(1)" in page
        assert script not in page


@pytest.mark.parametrize("query", ["?q=Lakeside", "?q=2", "?messages__status__exact=complete"])
def test_conversations_are_found_by_words_room_and_outcome(
    office: Client, furnished: Property, query: str
) -> None:
    response = office.get(address(Conversation, "changelist") + query)
    assert [row.message_count for row in response.context["cl"].result_list] == [1]


def test_a_failed_entry_of_the_outbox_names_its_reason(
    sign_in: SignIn, superuser: User, furnished: Property
) -> None:
    OutboxEntry.objects.create(
        property=furnished, kind="faq", object_id=1, error="The model is damaged.", attempts=3
    )
    client = sign_in(superuser)
    page = client.get(address(OutboxEntry, "changelist") + "?error__isempty=0").content.decode()
    assert "The model is damaged." in page
    assert "will be tried again" in page
    entry = rows_of(OutboxEntry, furnished)[0]
    assert client.post(address(OutboxEntry, "delete", entry.pk), {"post": "yes"}).status_code == 403


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def more_of_everything(property_: Property, number: int) -> None:
    word = f"more{number}"
    Faq.objects.create(property=property_, question=word, answer=word)
    Recommendation.objects.create(property=property_, name=word, category="bar")
    make_item(property_, word)
    menu = Menu.objects.create(property=property_, name=word)
    Section.objects.create(menu=menu, name=word)
    WidgetSite.objects.create(property=property_, origin=f"https://{word}.example")
    code = QRCode.objects.create(property=property_, place=word)
    Conversation.objects.create(property=property_, qr_code=code)
    make_staff(word, property_, Membership.Role.EDITOR)


def test_no_list_asks_more_questions_for_more_rows(
    sign_in: SignIn, superuser: User, furnished: Property, strange: Property
) -> None:
    client = sign_in(superuser)
    urls = [address(model, "changelist") for model in MODELS]
    client.get(urls[0])  # what is asked once a process
    more_of_everything(furnished, 9)  # so that each kind of row is on each list
    few = {url: queries_of(client, url) for url in urls}
    for number in range(5):
        more_of_everything(furnished if number % 2 else strange, number)
    assert {url: queries_of(client, url) for url in urls} == few


def test_no_form_asks_more_questions_for_more_choices(office: Client, furnished: Property) -> None:
    dish: Any = furnished.menus.get(name="Dinner").sections.get().items.get()
    url = address(type(dish), "change", dish.pk)
    office.get(url)
    few = queries_of(office, url)
    for number in range(5):
        more_of_everything(furnished, number)
    assert queries_of(office, url) == few


def test_no_delete_page_asks_more_questions_for_more_rows(
    office: Client, furnished: Property
) -> None:
    url = address(Menu, "delete", furnished.menus.get(name="Dinner").pk)
    office.get(url)
    few = queries_of(office, url)
    for number in range(5):
        make_item(furnished, f"more{number}")
    assert queries_of(office, url) == few


def test_furnishing_reaches_every_page(furnished: Property, staff: User) -> None:
    """The walks in these tests mean nothing on empty lists."""
    for model in MODELS:
        assert model._default_manager.exists(), model
