"""Every way of writing content is kept: who, when, from where, what it was and what it is."""

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from concierge.history.changing import changing
from concierge.history.models import Change, RowChange
from faq.models import Faq
from menus.models import Item, ItemAllergen, Menu
from properties.models import Property, QRCode
from retrieval import outbox
from tests.history.conftest import begin_afresh


def raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("write", "count"),
    [
        (lambda faqs: faqs.first().delete(), 1),
        (lambda faqs: faqs.all().delete(), 4),
        (lambda faqs: faqs.edit(published=False), 4),
        (lambda faqs: faqs.first().save(update_fields=["answer"]), 0),
        (lambda faqs: Faq._base_manager.update(answer="Yes."), 4),
        (lambda faqs: raw("UPDATE faq_faq SET answer = 'Yes.'"), 4),
        (lambda faqs: raw("DELETE FROM faq_faq"), 4),
        (
            lambda faqs: faqs.bulk_create(
                Faq(property=faqs[0].property, question=f"Gym {n}?", answer="Yes.")
                for n in range(3)
            ),
            3,
        ),
    ],
)
def test_no_way_of_writing_goes_round_it(afresh: Property, write: object, count: int) -> None:
    write(Faq.objects.filter(property=afresh))  # type: ignore[operator]
    assert RowChange.objects.filter(model="faq.faq", property=afresh).count() == count


def test_what_goes_with_its_menu_is_kept_with_its_property(afresh: Property) -> None:
    ItemAllergen.objects.create(item=Item.objects.get(), allergen="milk", presence="contains")
    begin_afresh()
    Menu.objects.get().delete()
    kept = RowChange.objects.values_list("model", "property")
    labels = ("menus.menu", "menus.section", "menus.item", "menus.itemallergen")
    assert sorted(kept) == sorted((label, afresh.pk) for label in labels)


def test_old_and_new_values_stand_side_by_side(afresh: Property) -> None:
    curry = Item.objects.get()
    curry.price, curry.diets = "18.90", ["vegan", "halal"]
    curry.save()
    (kept,) = RowChange.objects.filter(model="menus.item")
    assert kept.before
    assert kept.after
    assert (kept.before["price"], kept.after["price"]) == (17.5, 18.9)
    assert (kept.before["diets"], kept.after["diets"]) == (["vegan"], ["vegan", "halal"])


def test_one_block_is_one_change_with_its_author(afresh: Property, staff: User) -> None:
    with changing(Change.Origin.PAGE, by=staff.pk, detail="here") as key:
        Faq.objects.all().edit(published=False)
        QRCode.objects.create(property=afresh, place="Room 1")
    change = Change.objects.get()
    assert (change.pk, change.by, change.origin, change.detail) == (key, staff, "page", "here")
    assert change.rows.count() == 5


def test_a_block_that_writes_nothing_leaves_no_change(afresh: Property, staff: User) -> None:
    with changing(Change.Origin.PAGE, by=staff.pk):
        Faq.objects.first().save()  # type: ignore[union-attr]
    assert not Change.objects.exists()


def test_a_block_that_fails_leaves_nothing(afresh: Property, staff: User) -> None:
    def half_done() -> None:
        with changing(Change.Origin.PAGE, by=staff.pk):
            Faq.objects.all().delete()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert not Change.objects.exists()
    assert Faq.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_the_next_one_on_the_same_connection_is_nobodys(staff: User) -> None:
    with changing(Change.Origin.PAGE, by=staff.pk):
        Faq.objects.all().edit(published=False)
    Faq.objects.all().edit(published=True)
    with transaction.atomic():
        Faq.objects.all().edit(published=False)
    changes = Change.objects.filter(rows__model="faq.faq").distinct()
    assert list(changes.values_list("origin", "by"))[:3] == [
        ("direct", None),
        ("direct", None),
        ("page", staff.pk),
    ]


def test_embedding_again_leaves_no_history(afresh: Property) -> None:
    outbox.record_anew([afresh.pk])
    Faq._base_manager.update(embedded_hash="", language="de")
    assert outbox.drain()
    assert Faq.objects.exclude(embedded_hash="").count() == 4
    assert not RowChange.objects.exists()


def test_the_database_role_needs_no_power(afresh: Property) -> None:
    """Whoever may write content may leave its history, and is no superuser."""
    raw("CREATE ROLE plain NOSUPERUSER")
    raw("GRANT ALL ON ALL TABLES IN SCHEMA public TO plain")
    raw("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO plain")
    raw("SET LOCAL ROLE plain")
    with changing(Change.Origin.COMMAND):
        Faq.objects.all().edit(published=False)
    raw("RESET ROLE")
    assert Change.objects.get().rows.count() == 4
