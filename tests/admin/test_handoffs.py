"""The staff sees who waits, urgent ones first, and closes what is done."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from concierge.chat.models import Conversation, Handoff
from properties.models import Property
from tests.admin.conftest import SignIn
from tests.admin.pages import address

LIST = "/admin/chat/handoff/"


@pytest.fixture
def complaint(furnished: Property) -> Handoff:
    """Beside the urgent one that is there already."""
    conversation = Conversation.objects.create(property=furnished)
    return Handoff.objects.hand_over(conversation, "complaint", asked_id=uuid.uuid4())


def badge(client: Client) -> tuple[str, str]:
    groups = client.get("/admin/").context["sidebar_navigation"]
    items = {item["title"]: item for group in groups for item in group["items"]}
    item: dict[str, Any] = items["Handoffs"]
    return item.get("badge", ""), item.get("badge_variant", "")


@pytest.mark.usefixtures("complaint")
def test_urgent_ones_stand_first(office: Client) -> None:
    rows = list(office.get(LIST).context["cl"].queryset)
    assert [row.urgent for row in rows] == [True, False]


def test_whoever_works_there_closes_them(
    sign_in: SignIn, colleague: User, complaint: Handoff
) -> None:
    sign_in(colleague).post(LIST, {"action": "close", "_selected_action": [complaint.pk]})
    complaint.refresh_from_db()
    assert (complaint.status, complaint.closed_by) == ("closed", colleague)


def test_the_sidebar_counts_what_is_open(office: Client, staff: User, complaint: Handoff) -> None:
    assert badge(office) == ("2", "danger")
    Handoff.objects.filter(urgent=True).close(staff)
    assert badge(office) == ("1", "info")
    Handoff.objects.filter(pk=complaint.pk).close(staff)
    assert badge(office) == ("", "")


@pytest.mark.usefixtures("strange")
def test_the_sidebar_counts_nobody_elses(office: Client, furnished: Property) -> None:
    Handoff.objects.filter(property=furnished).delete()
    assert badge(office) == ("", "")


def test_nothing_of_one_can_be_edited(office: Client, complaint: Handoff) -> None:
    url = address(Handoff, "change", complaint.pk)
    office.post(url, {"status": "closed", "place": "Room 99", "reason": "safety"})
    before = (complaint.status, complaint.place, complaint.reason)
    complaint.refresh_from_db()
    assert (complaint.status, complaint.place, complaint.reason) == before


def test_a_conversation_that_was_erased_leaves_no_link(office: Client, complaint: Handoff) -> None:
    assert complaint.conversation_id
    Conversation.objects.filter(pk=complaint.conversation_id).delete()
    response = office.get(address(Handoff, "change", complaint.pk))
    assert "erased by the guest" in response.content.decode()
