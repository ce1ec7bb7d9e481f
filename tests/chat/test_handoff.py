"""Guests who need a person: one open row each, and none of their words in it."""

import uuid

import pytest
from django.contrib.auth.models import User

from concierge.answering import phrases
from concierge.answering.catalogue import CATALOGUE
from concierge.chat.models import Conversation, Handoff
from properties.models import Property, QRCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(hotel: Property) -> Conversation:
    room = QRCode.objects.create(property=hotel, place="Room 12")
    return Conversation.objects.create(property=hotel, qr_code=room)


def call(conversation: Conversation, reason: str = "complaint", urgent: bool = False) -> Handoff:
    return Handoff.objects.hand_over(conversation, reason, asked_id=uuid.uuid4(), urgent=urgent)


def test_a_handoff_names_the_room(conversation: Conversation) -> None:
    handoff = call(conversation)
    assert (handoff.property, handoff.place, handoff.times) == (
        conversation.property,
        "Room 12",
        1,
    )


def close(handoff: Handoff, user: User) -> None:
    Handoff.objects.filter(pk=handoff.pk).close(user)
    handoff.refresh_from_db()


def test_asking_again_is_counted_in_the_open_one(conversation: Conversation) -> None:
    first = call(conversation)
    call(conversation)
    again = Handoff.objects.get()
    assert again.times == 2
    assert again.asked_id != first.asked_id
    assert again.asked_at > first.asked_at


def test_each_reason_has_its_own(conversation: Conversation) -> None:
    call(conversation, "complaint")
    call(conversation, "safety", urgent=True)
    assert [handoff.urgent for handoff in Handoff.objects.all()] == [True, False]


def test_what_is_closed_names_who_closed_it_and_stays(
    conversation: Conversation, staff: User, colleague: User
) -> None:
    handoff = call(conversation)
    close(handoff, staff)
    assert handoff.status == "closed"
    assert handoff.closed_by == staff
    close(handoff, colleague)
    assert handoff.closed_by == staff


def test_after_closing_the_guest_can_call_again(conversation: Conversation, staff: User) -> None:
    close(call(conversation), staff)
    call(conversation)
    assert Handoff.objects.count() == 2
    assert Handoff.objects.open().get().times == 1


def test_an_alarm_outlives_the_guests_words(conversation: Conversation) -> None:
    call(conversation, "safety", urgent=True)
    conversation.delete()
    assert Handoff.objects.open().get().conversation is None


# --- What guests are told --------------------------------------------------------------------


@pytest.mark.parametrize("reason", Handoff.Reason.values)
def test_every_reason_has_its_words_in_every_language(hotel: Property, reason: str) -> None:
    for language in CATALOGUE:
        text = phrases.handoff(reason, language, hotel, told=True)
        assert "+43 1 5550 100" in text, language
        assert "{" not in text, language


def test_without_a_number_of_its_own_a_property_says_that_of_its_country(hotel: Property) -> None:
    assert (
        phrases.danger("de", hotel, "fire") == "Wenn Sie in Gefahr sind, rufen Sie sofort 112 an."
    )
    hotel.country = "US"
    assert phrases.danger("en", hotel, "fire") == "If you are in danger, call 911 now."
    hotel.emergency_phone = "144"
    assert " 144 " in phrases.danger("de", hotel, "fire")


@pytest.mark.parametrize("language", CATALOGUE)
def test_who_thinks_of_harming_themselves_reads_who_listens_and_whom_to_call(
    hotel: Property, language: str
) -> None:
    hotel.country = "FR"
    text = phrases.danger(language, hotel, "self_harm")
    assert "3114" in text
    assert "112" in text


def test_the_houses_own_helpline_comes_before_its_countrys(hotel: Property) -> None:
    hotel.country, hotel.helpline_phone = "FR", "01 45 39 40 00"
    text = phrases.danger("en", hotel, "self_harm")
    assert "at 01 45 39 40 00, day and night" in text
    assert "3114" not in text


def test_where_no_helpline_is_known_none_is_promised(hotel: Property) -> None:
    hotel.country, hotel.time_zone = "", "UTC"
    assert phrases.danger("en", hotel, "self_harm") == (
        "I am very sorry. Nobody has to go through this alone: please talk to someone you trust, "
        "or call 112 now."
    )


def test_no_help_is_promised_that_was_not_called(hotel: Property) -> None:
    hotel.emergency_text = "Leave the house by the stairs."
    hotel.handoff_text = "Someone is with you in 10 minutes."
    assert phrases.danger("en", hotel, "fire") == "Leave the house by the stairs."
    told = phrases.handoff("safety", "en", hotel, told=True)
    assert told.startswith("Our staff has been alerted")
    assert told.endswith("in 10 minutes.")
    untold = phrases.handoff("safety", "en", hotel, told=False)
    assert untold == "Please ask the front desk (+43 1 5550 100)."


def test_the_staffs_own_words_are_for_guests_who_read_their_language(hotel: Property) -> None:
    hotel.complaint_text = "We are coming up."
    hotel.handoff_text = "Someone is with you in 10 minutes."
    assert phrases.handoff("complaint", "en", hotel, told=True) == (
        "We are coming up. Someone is with you in 10 minutes."
    )
    assert "We are coming" not in phrases.handoff("complaint", "fr", hotel, told=True)
