"""Managers decide how guests are answered, and are told what a change does."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from concierge.chat.models import Conversation, Message
from properties.models import AnswerPage, Property
from tests.admin.conftest import SignIn
from tests.admin.pages import address, form_values


def save(client: Client, property_: Property, **values: object) -> Any:
    url = address(AnswerPage, "change", property_.pk)
    return client.post(url, {**form_values(client, url), **values}, follow=True)


@pytest.fixture
def asked(hotel: Property) -> None:
    """Four questions, whose best sources answered with these probabilities."""
    conversation = Conversation.objects.create(property=hotel)
    for answers in ([0.1], [0.4, 0.2], [0.6], [0.9]):
        Message.objects.create(
            conversation=conversation,
            asked_id=uuid.uuid4(),
            question="?",
            language="en",
            status="complete",
            trace={"answers": answers},
        )


def test_editors_do_not_reach_it(sign_in: SignIn, colleague: User, hotel: Property) -> None:
    client = sign_in(colleague)
    for url in (address(AnswerPage, "changelist"), address(AnswerPage, "change", hotel.pk)):
        assert client.get(url).status_code == 403


def test_nobody_adds_or_deletes_a_property_here(
    sign_in: SignIn, superuser: User, hotel: Property
) -> None:
    client = sign_in(superuser)
    for url in (address(AnswerPage, "add"), address(AnswerPage, "delete", hotel.pk)):
        assert client.get(url).status_code == 403


@pytest.mark.usefixtures("asked")
def test_a_change_tells_how_many_answers_it_changes(office: Client, hotel: Property) -> None:
    save(office, hotel, floor="0.3", sure="0.8")
    page = save(office, hotel, floor="0.5", sure="0.8").content.decode()
    assert "Of your last 4 questions, 1 would now be answered differently." in page


@pytest.mark.usefixtures("asked")
def test_the_page_counts_what_the_values_do(office: Client, hotel: Property) -> None:
    save(office, hotel, floor="0.3", sure="0.8")
    page = office.get(address(AnswerPage, "change", hotel.pk)).content.decode()
    assert "Of the 4 questions" in page
    assert "<strong>1</strong>, leave <strong>2</strong> uncertain" in page


def test_without_questions_there_is_nothing_to_count(office: Client, hotel: Property) -> None:
    page = office.get(address(AnswerPage, "change", hotel.pk)).content.decode()
    assert "Nothing to count yet" in page


@pytest.mark.usefixtures("asked", "strange")
def test_other_houses_questions_are_not_counted(office: Client, hotel: Property) -> None:
    Message.objects.exclude(conversation__property=hotel).update(trace={"answers": [0.9]})
    assert (
        "Of the 4 questions" in office.get(address(AnswerPage, "change", hotel.pk)).content.decode()
    )


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"floor": "1.2"}, "From 0 to 1."),
        ({"floor": "0.9", "sure": "0.5"}, "Must lie above the first value"),
        ({"floor": "0.9"}, "Must lie above the first value"),
        ({"sure": "0.1"}, "Must lie above the first value"),
        ({"emergency_phone": "call us"}, "This is not one phone number."),
        ({"emergency_phone": "ext. 12"}, "Guests call from their own phones"),
        ({"helpline_phone": "ext. 12"}, "Guests call from their own phones"),
        ({"daily_money": "-1"}, "Not below 0."),
        ({"local_share": "7"}, "From 0 to 1."),
    ],
)
def test_values_that_make_no_sense_are_refused(
    office: Client, hotel: Property, values: dict[str, str], reason: str
) -> None:
    assert reason in save(office, hotel, **values).content.decode()
    hotel.refresh_from_db()
    assert (hotel.floor, hotel.sure, hotel.emergency_phone) == (None, None, "")


@pytest.mark.parametrize(
    ("country", "said"), [("AT", "Yours has 142."), ("", "Of yours we know none.")]
)
def test_managers_read_which_helpline_their_guests_are_told(
    office: Client, hotel: Property, country: str, said: str
) -> None:
    Property.objects.filter(pk=hotel.pk).update(country=country, time_zone="UTC")
    assert said in office.get(address(AnswerPage, "change", hotel.pk)).content.decode()


def test_saving_them_makes_cached_answers_old(office: Client, hotel: Property) -> None:
    before = hotel.content_version
    save(office, hotel, tone="brief")
    hotel.refresh_from_db()
    assert hotel.tone == "brief"
    assert hotel.content_version > before
