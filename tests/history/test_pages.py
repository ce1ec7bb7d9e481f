"""The admin shows who changed what, and offers to take it back after each action."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concierge.history.changing import changing
from concierge.history.models import Change, DeletedRow, RowChange
from faq.models import Faq
from menus.models import Item, Menu
from properties.models import Property
from tests.admin.conftest import SignIn
from tests.admin.pages import address, form_values
from tests.history.conftest import begin_afresh

pytestmark = pytest.mark.usefixtures("afresh")


def page(client: Client, url: str) -> str:
    response = client.get(url, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def edit(client: Client, faq: Faq, **values: object) -> Any:
    url = address(Faq, "change", faq.pk)
    return client.post(url, {**form_values(client, url), **values}, follow=True)


def delete_all_faqs(client: Client) -> Any:
    chosen = {
        "action": "delete_selected",
        "_selected_action": Faq.objects.values_list("pk", flat=True),
    }
    return client.post(address(Faq, "changelist"), {**chosen, "post": "yes"}, follow=True)


def undo_address(change: Change) -> str:
    return reverse("admin:history_change_undo", args=[change.pk])


def test_one_post_is_one_change_and_undone_with_one_click(office: Client) -> None:
    before = set(Faq.objects.values_list("pk", "question", "answer", "external_id"))
    said = delete_all_faqs(office).content.decode()
    change = Change.objects.get()
    assert "Deleted 4 FAQs" in said
    assert undo_address(change) in said
    assert "What will happen" in page(office, undo_address(change))
    office.post(undo_address(change))
    assert set(Faq.objects.values_list("pk", "question", "answer", "external_id")) == before


def test_each_save_offers_its_undo(office: Client) -> None:
    faq = Faq.objects.get(question="Where can I park?")
    said = edit(office, faq, answer="Parking is free.").content.decode()
    assert "Changed FAQ “Where can I park?”" in said
    assert undo_address(Change.objects.get()) in said


def test_a_save_that_changes_nothing_offers_none(office: Client) -> None:
    said = edit(office, Faq.objects.all()[0]).content.decode()
    assert "/undo/" not in said
    assert not Change.objects.exists()


def test_the_list_says_who_did_what_and_filters(office: Client, staff: User) -> None:
    staff.first_name, staff.last_name = "Anna", "Huber"
    staff.save()
    delete_all_faqs(office)
    url = address(Change, "changelist")
    for query in ("", f"?by={staff.pk}", "?model=faq.faq", "?origin__exact=action"):
        shown = page(office, url + query)
        assert "Anna Huber" in shown, query
        assert "Deleted 4 FAQs" in shown, query
    for query in ("?model=menus.item", "?origin__exact=import", "?by=999999"):
        assert "Deleted 4 FAQs" not in page(office, url + query), query


def test_a_change_is_compared_field_by_field(office: Client) -> None:
    faq = Faq.objects.get(question="Where can I park?")
    edit(office, faq, answer="Parking is free.")
    for url in (
        address(Change, "change", Change.objects.get().pk),
        address(Faq, "history", faq.pk),
    ):
        shown = page(office, url)
        assert "The underground garage costs 15 EUR per night." in shown
        assert "Parking is free." in shown


def test_an_older_version_is_brought_back(office: Client) -> None:
    faq = Faq.objects.get(question="Where can I park?")
    answers = ["Parking is free.", "Parking costs 5 EUR.", "There is no parking."]
    for answer in answers:
        edit(office, faq, answer=answer)
    version = RowChange.objects.get(after__answer=answers[0])
    url = reverse("admin:history_change_restore", args=[version.pk])
    assert answers[0] in page(office, url)
    office.post(url)
    faq.refresh_from_db()
    assert (faq.answer, faq.document_body) == (answers[0], answers[0])


def test_what_was_deleted_is_listed_until_it_is_back(office: Client) -> None:
    menu = Menu.objects.get()
    office.post(address(Menu, "delete", menu.pk), {"post": "yes"})
    url = address(DeletedRow, "changelist")
    shown = page(office, url)
    assert "Dinner" in shown
    assert "Lentil curry" in shown
    link = f"{undo_address(Change.objects.get())}?of=menus.menu:{menu.pk}"
    assert link in shown
    assert "menu “Dinner”" in office.post(link, follow=True).content.decode()
    assert Item.objects.get().name == "Lentil curry"
    assert "Dinner" not in page(office, url)


def test_bringing_one_row_back_leaves_the_others(office: Client) -> None:
    delete_all_faqs(office)
    row = RowChange.objects.get(before__question="Is there Wi-Fi?")
    office.post(f"{undo_address(Change.objects.get())}?of=faq.faq:{row.object_id}")
    assert Faq.objects.get().question == "Is there Wi-Fi?"


def test_what_was_deleted_together_is_brought_back_together(office: Client) -> None:
    delete_all_faqs(office)
    url, link = address(DeletedRow, "changelist"), f"{undo_address(Change.objects.get())}?of="
    shown = page(office, url + "?model=faq.faq")
    assert shown.count("Bring back all 4 that were deleted together") == 4
    assert f"{link}deleted" in shown
    row = RowChange.objects.get(before__question="Is there Wi-Fi?")
    office.post(f"{link}faq.faq:{row.object_id}")
    assert page(office, url).count("Bring back all 3 that were deleted together") == 3
    office.post(f"{link}deleted")
    assert Faq.objects.count() == 4
    assert "deleted together" not in page(office, url)


def test_bringing_back_what_a_change_deleted_leaves_what_else_it_did(
    office: Client, hotel: Property
) -> None:
    kept, *others = Faq.objects.all()
    with changing(Change.Origin.IMPORT):
        Faq.objects.filter(pk=kept.pk).edit(answer="As imported.")
        Faq.objects.create(property=hotel, question="New?", answer="Yes.")
        Faq.objects.filter(pk__in=[faq.pk for faq in others]).delete()
    link = f"{undo_address(Change.objects.get())}?of=deleted"
    assert "Deleted 3 FAQs" in page(office, link)
    office.post(link)
    assert Faq.objects.count() == 5
    kept.refresh_from_db()
    assert kept.answer == "As imported."


def test_empty_pages_say_so(office: Client) -> None:
    assert "was changed here yet" in page(office, address(Faq, "history", Faq.objects.all()[0].pk))
    for model in (Change, DeletedRow):
        assert "No results found" in page(office, address(model, "changelist"))


def test_djangos_own_log_is_no_second_history(office: Client) -> None:
    edit(office, Faq.objects.all()[0], answer="Yes.")
    delete_all_faqs(office)
    assert not LogEntry.objects.exists()


def test_an_edit_since_is_shown_before_and_kept_after(office: Client) -> None:
    faq = Faq.objects.get(question="Where can I park?")
    edit(office, faq, answer="Parking is free.")
    wrong = Change.objects.get()
    edit(office, faq, answer="Parking costs 5 EUR.")
    shown = page(office, undo_address(wrong))
    assert "What stays as it is" in shown
    assert "It was changed since." in shown
    office.post(undo_address(wrong))
    faq.refresh_from_db()
    assert faq.answer == "Parking costs 5 EUR."
    office.post(undo_address(wrong), {"over": "1"})
    faq.refresh_from_db()
    assert faq.answer == "The underground garage costs 15 EUR per night."


def test_the_lists_ask_the_database_as_often_for_many_changes_as_for_few(
    office: Client,
) -> None:
    def asked(model: Any) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(office, address(model, "changelist"))
        return len(queries)

    faq = Faq.objects.all()[0]
    edit(office, faq, answer="0")
    office.post(address(Faq, "delete", faq.pk), {"post": "yes"})
    few = [asked(model) for model in (Change, DeletedRow)]
    for number in range(3):
        edit(office, Faq.objects.all()[0], answer=f"New {number}")
        office.post(address(Faq, "delete", Faq.objects.all()[0].pk), {"post": "yes"})
    assert [asked(model) for model in (Change, DeletedRow)] == few


# --- Strangers and roles ------------------------------------------------------------------------


def test_a_stranger_sees_and_undoes_nothing(
    office: Client, sign_in: SignIn, stranger: User
) -> None:
    begin_afresh()
    faq = Faq.objects.get(question="Where can I park?")
    edit(office, faq, answer="Parking is free.")
    change, row = Change.objects.get(), RowChange.objects.get()
    restore = reverse("admin:history_change_restore", args=[row.pk])
    client = sign_in(stranger)
    for url in (undo_address(change), restore, f"{undo_address(change)}?of=faq.faq:{faq.pk}"):
        assert client.get(url).status_code == 404
        assert client.post(url, {"over": "1"}).status_code == 404
    assert client.get(address(Change, "change", change.pk)).status_code == 404
    assert client.get(address(Faq, "history", faq.pk)).status_code == 302
    for model in (Change, DeletedRow):
        for query in ("", f"?property={faq.property_id}", f"?by={change.by_id}"):
            shown = page(client, address(model, "changelist") + query)
            assert "park" not in shown
            assert "staff" not in shown.replace("stranger", "").split("<main")[-1]
    faq.refresh_from_db()
    assert faq.answer == "Parking is free."


def test_of_a_change_at_two_properties_each_side_sees_and_undoes_its_own(
    sign_in: SignIn, superuser: User, office: Client, stranger: User, hotel: Property,
    other_hotel: Property,
) -> None:  # fmt: skip
    begin_afresh()
    delete_all_faqs(sign_in(superuser))
    change = Change.objects.get()
    assert "Deleted 4 FAQs" in page(office, address(Change, "changelist"))
    assert "zanzibar" not in page(office, undo_address(change))
    office.post(undo_address(change))
    assert set(Faq.objects.values_list("property", flat=True)) == {hotel.pk}
    sign_in(stranger).post(undo_address(change))
    assert Faq.objects.filter(property=other_hotel).count() == 3


def test_of_what_was_deleted_at_two_properties_each_side_counts_its_own(
    sign_in: SignIn, superuser: User, office: Client, stranger: User, other_hotel: Property
) -> None:
    begin_afresh()
    delete_all_faqs(sign_in(superuser))
    url = address(DeletedRow, "changelist")
    for client, count in ((office, 4), (sign_in(stranger), 3)):
        shown = page(client, url)
        assert shown.count(f"Bring back all {count} that were deleted together") == count
        assert shown.count("deleted together") == count


def test_editors_see_the_history_of_content_only(
    sign_in: SignIn, colleague: User, hotel: Property
) -> None:
    begin_afresh()
    hotel.emergency_text = "Out!"
    hotel.save()
    client = sign_in(colleague)
    change = Change.objects.get()
    assert client.get(undo_address(change)).status_code == 404
    assert client.get(address(Change, "change", change.pk)).status_code == 404
    shown = page(client, address(Property, "history", hotel.pk))
    assert "Out!" not in shown
    assert "Only who may edit this" in shown


def test_whoever_left_a_property_undoes_nothing_there(office: Client, staff: User) -> None:
    delete_all_faqs(office)
    change = Change.objects.get()
    staff.memberships.all().delete()
    assert office.post(undo_address(change)).status_code in {403, 404}
    assert not Faq.objects.exists()
