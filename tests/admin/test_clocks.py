"""Staff read times by the clock of their property and in the language of their browser."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from concierge.chat.models import Conversation, Handoff
from faq.models import Faq
from properties.models import Property
from retrieval.models import OutboxEntry
from tests.admin.conftest import SignIn
from tests.admin.pages import address

MOMENT = datetime(2026, 11, 28, 23, 50, tzinfo=UTC)


@pytest.fixture
def vienna(hotel: Property) -> Property:
    return moved(hotel, "Europe/Vienna")


@pytest.fixture
def new_york(other_hotel: Property) -> Property:
    return moved(other_hotel, "America/New_York")


def moved(house: Property, time_zone: str) -> Property:
    Property.objects.filter(pk=house.pk).update(time_zone=time_zone)
    QuerySet(Faq).filter(property=house).update(updated_at=MOMENT)
    return house


def page(client: Client, url: str, language: str = "") -> str:
    return client.get(url, headers={"accept-language": language}).content.decode()


@pytest.mark.usefixtures("vienna")
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("", "29 Nov 2026, 00:50"),
        ("en-US,en;q=0.9", "29 Nov 2026, 00:50"),
        ("de-AT,de;q=0.9,en;q=0.5", "29. November 2026 00:50"),
        ("fr-CH, fr;q=0.9", "29 novembre 2026 00:50"),
        ("it", "29 Novembre 2026 00:50"),
        ("es-MX", "29 de noviembre de 2026 a las 00:50"),
        ("tlh", "29 Nov 2026, 00:50"),
    ],
)
def test_a_list_tells_the_property_s_time_in_the_person_s_language(
    office: Client, language: str, told: str
) -> None:
    assert told in page(office, address(Faq, "changelist"), language)


def test_a_page_does_so_too(office: Client, vienna: Property) -> None:
    faq = Faq.objects.filter(property=vienna)[0]
    assert "29. November 2026 00:50" in page(office, address(Faq, "change", faq.pk), "de")
    assert "(Wien)" not in page(office, address(Faq, "change", faq.pk), "de")


def test_who_works_in_two_time_zones_reads_whose_time_it_is(
    sign_in: SignIn, both: User, vienna: Property, new_york: Property
) -> None:
    client = sign_in(both)
    listed = page(client, address(Faq, "changelist"), "de")
    assert "29. November 2026 00:50 (Wien)" in listed
    assert "28. November 2026 18:50 (New York)" in listed
    for house, told in (
        (vienna, "29. November 2026 00:50 (Wien)"),
        (new_york, "28. November 2026 18:50 (New York)"),
    ):
        faq = Faq.objects.filter(property=house)[0]
        assert told in page(client, address(Faq, "change", faq.pk), "de")


def test_such_a_list_can_be_sorted_by_time(
    sign_in: SignIn, both: User, vienna: Property, new_york: Property
) -> None:
    listed = sign_in(both).get(address(Faq, "changelist"), {"o": "-5"})
    assert listed.status_code == 200
    assert 'href="?o=5"' in listed.content.decode()


def test_whose_time_it_is_costs_no_query_a_row(
    sign_in: SignIn, both: User, vienna: Property, new_york: Property
) -> None:
    client = sign_in(both)
    url = address(Faq, "changelist")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)
    Faq.objects.bulk_create(
        Faq(property=house, question=f"Question {n}?", answer="Yes.", external_id=f"q{n}")
        for house in (vienna, new_york)
        for n in range(10)
    )
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) <= len(few)


def test_handoffs_and_conversations_tell_it_too(office: Client, vienna: Property) -> None:
    conversation = Conversation.objects.create(property=vienna)
    Conversation.objects.update(created_at=MOMENT)
    handoff = Handoff.objects.hand_over(conversation, "safety", asked_id=conversation.pk)
    Handoff.objects.update(asked_at=MOMENT, created_at=MOMENT, closed_at=MOMENT)
    for url in (
        address(Conversation, "changelist"),
        address(Conversation, "change", conversation.pk),
        address(Handoff, "changelist"),
        address(Handoff, "change", handoff.pk),
    ):
        assert "29. November 2026 00:50" in page(office, url, "de"), url
    assert "29.11.2026 00:50" in page(
        office, address(Conversation, "delete", conversation.pk), "de"
    )


def test_the_outbox_tells_it_too(sign_in: SignIn, superuser: User, vienna: Property) -> None:
    Faq.objects.filter(property=vienna).edit(published=True)
    OutboxEntry.objects.update(created_at=MOMENT, due_at=MOMENT)
    assert OutboxEntry.objects.exists()
    listed = page(sign_in(superuser), address(OutboxEntry, "changelist"), "de")
    assert "29. November 2026 00:50" in listed


# --- The language -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "word"),
    [("de", "Sichern"), ("fr", "Enregistrer"), ("it", "Salva"), ("es", "Guardar")],
)
def test_django_speaks_the_browser_s_language(
    office: Client, vienna: Property, language: str, word: str
) -> None:
    answer = office.get(address(Faq, "add"), headers={"accept-language": language})
    assert word in answer.content.decode()
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]


def test_what_was_chosen_holds_whatever_the_browser_says(office: Client, vienna: Property) -> None:
    assert 'value="fr"' in page(office, address(Faq, "changelist"), "de")
    chosen = office.post("/admin/language/", {"language": "fr", "next": "/admin/"})
    assert chosen.headers["Location"] == "/admin/"
    assert "29 novembre 2026" in page(office, address(Faq, "changelist"), "de")


def test_nobody_is_sent_to_another_site(client: Client) -> None:
    chosen = client.post("/admin/language/", {"language": "fr", "next": "https://evil.example/"})
    assert chosen.headers["Location"] == "/"


def test_guests_and_the_api_are_spoken_to_as_before(hotel: Property) -> None:
    guest = Client(headers={"accept-language": "de"})
    guest.post("/admin/language/", {"language": "de"})
    for url in ("/c/lakeside/", "/c/nowhere/", "/"):
        answer = guest.get(url)
        assert '<html lang="en">' in answer.content.decode()
        assert "Content-Language" not in answer.headers
    error = guest.post(
        "/api/v1/properties/lakeside/ask", {"question": ""}, content_type="application/json"
    )
    assert error.json()["error"]["message"] == "This field may not be blank."


def test_the_next_request_is_not_answered_in_the_language_of_the_last(office: Client) -> None:
    page(office, address(Faq, "changelist"), "de")
    assert (translation.get_language(), timezone.get_current_timezone_name()) == ("en", "UTC")
