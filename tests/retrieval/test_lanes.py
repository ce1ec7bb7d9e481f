"""Nobody's edit waits for another house's import."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concierge.celery import app
from concierge.importing import import_row, parse_line
from concierge.management.progress import embed_with_progress
from concierge.stack import product
from faq.models import Faq
from properties.models import Property
from retrieval import draining, indexing, lanes, outbox, tasks
from retrieval.models import Lane, OutboxEntry
from tests.people import make_property
from tests.retrieval.many import many_faqs

IMPORTED = 10_000
LONGEST_WAIT = 50  # seconds; only a failing test waits so long


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """The product's own worker, on the test's database and broker."""
    url = urlsplit(os.environ["DATABASE_URL"])
    process = product.worker(
        {
            "VAR_DIR": str(settings.VAR_DIR),
            "DATABASE_URL": url._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
            "REDIS_URL": os.environ["REDIS_URL"],
        }
    )
    process.start()
    yield
    process.stop()


def wait_until(what: str, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def edit_breakfast(hotel: Property) -> Faq:
    faq = Faq.objects.get(property=hotel, question="What time is breakfast?")
    faq.answer = "Breakfast is at nine."
    faq.save()
    return faq


@pytest.mark.django_db(transaction=True)
def test_an_edit_is_in_the_answers_while_another_house_s_import_goes_on(
    worker: None, hotel: Property
) -> None:
    importer = make_property("importer")
    many_faqs(importer, IMPORTED, waiting=True)
    bulk = OutboxEntry.objects.filter(property=importer)

    def begun() -> bool:
        outbox.nudge_worker()  # as beat does
        return bulk.count() < IMPORTED

    wait_until("the worker embeds the import", begun)
    faq = edit_breakfast(hotel)
    before = bulk.count()
    wait_until("the worker embeds the edit", lambda: not Faq.objects.get(pk=faq.pk).is_stale())
    # A second or two of the import at most went before it, of minutes that it takes.
    assert before - bulk.count() < IMPORTED / 20


@pytest.mark.django_db
def test_edits_come_before_bulk_work_and_houses_take_turns(hotel: Property) -> None:
    houses = [make_property(slug) for slug in ("first", "second")]
    for house in houses:
        many_faqs(house, 20, waiting=True)
    OutboxEntry.objects.update(turn=0)
    for house in houses:
        OutboxEntry.objects.filter(property=house).delete()
        outbox._queue("faq", Faq.objects.filter(property=house))
    edit_breakfast(hotel)
    claimed = draining._claim(4, None)
    assert [entry.property_id for entry in claimed] == [hotel.pk]
    claimed[0].delete()
    claimed = draining._claim(6, None)
    assert [entry.property_id for entry in claimed] == [houses[0].pk, houses[1].pk] * 3


@pytest.mark.django_db
def test_who_comes_later_is_served_with_those_who_wait_and_not_after_them(hotel: Property) -> None:
    early, late = make_property("early"), make_property("late")
    many_faqs(early, 30, waiting=True)
    many_faqs(late, 30, waiting=False)
    outbox.drain(batch=10, seconds=1e-9)
    outbox._queue("faq", Faq.objects.filter(property=late))
    assert {entry.property_id for entry in draining._claim(2, None)} == {early.pk, late.pk}


@pytest.mark.django_db
def test_what_many_rows_are_written_by_is_bulk_work(hotel: Property) -> None:
    many_faqs(hotel, lanes.FEW, waiting=False)
    edit_breakfast(hotel)
    assert OutboxEntry.objects.get().lane == Lane.EDIT
    Faq.objects.filter(property=hotel).edit(published=False)
    hotel.name = "Seaside"
    hotel.save()
    assert OutboxEntry.objects.filter(lane=Lane.EDIT).count() <= 1 + lanes.FEW
    assert OutboxEntry.objects.filter(lane=Lane.BULK).count() >= 2 * lanes.FEW


@pytest.mark.django_db
def test_an_import_is_bulk_work_however_small(hotel: Property) -> None:
    faq = '{"id": "lamp", "question": "Is there a lamp?", "answer": "Yes."}'
    import_row(
        parse_line(f'{{"id": "{hotel.slug}", "kind": "hotel", "name": "Inn", "faqs": [{faq}]}}')
    )
    assert set(OutboxEntry.objects.values_list("lane", flat=True)) == {Lane.BULK}


@pytest.mark.django_db
def test_claiming_reads_what_it_claims_and_not_the_line(hotel: Property) -> None:
    many_faqs(hotel, 5000, waiting=True)
    OutboxEntry.objects.filter(turn__lte=1000).update(
        due_at=timezone.now() + timedelta(hours=1), attempts=1
    )
    with CaptureQueriesContext(connection) as queries:
        assert len(draining._claim(8, None)) == 8
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute("EXPLAIN (ANALYZE) " + query["sql"])
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan" not in plan
            assert "Sort" not in plan
            assert "Rows Removed" not in plan


@pytest.mark.django_db
def test_a_command_waits_for_its_own_houses_only(hotel: Property) -> None:
    other = make_property("other")
    many_faqs(other, 20, waiting=True)
    edit_breakfast(hotel)
    embed_with_progress([hotel.pk])
    assert not OutboxEntry.objects.filter(property=hotel).exists()
    assert OutboxEntry.objects.filter(property=other).count() == 20


@pytest.mark.django_db
def test_what_fails_is_tried_again_after_ever_longer_up_to_an_hour(
    hotel: Property, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(rows: object) -> set[int]:
        raise RuntimeError("unreadable")

    monkeypatch.setattr(indexing, "embed_rows", refuse)
    edit_breakfast(hotel)
    waits = []
    for _ in range(9):
        OutboxEntry.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
        outbox.drain()
        due_at = OutboxEntry.objects.get().due_at
        assert due_at
        waits.append((due_at - timezone.now()).total_seconds())
    assert waits == pytest.approx([30, 60, 120, 240, 480, 960, 1920, 3600, 3600], abs=5)
    assert lanes.backlog()[Lane.EDIT].failing == 1
    call_command("status")
    assert "1 failed and will be tried again" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_postponed_entry_is_tried_before_bulk_work(hotel: Property) -> None:
    edit_breakfast(hotel)
    OutboxEntry.objects.update(due_at=timezone.now(), attempts=1)
    many_faqs(make_property("other"), 20, waiting=True)
    assert [entry.property_id for entry in draining._claim(4, None)] == [hotel.pk]


def test_what_is_due_again_and_again_expires_instead_of_piling_up() -> None:
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"]


@pytest.mark.django_db(transaction=True)
def test_a_sweep_does_not_run_twice_at_once(hotel: Property) -> None:
    Faq._base_manager.filter(property=hotel).update(embedded_hash="")
    elsewhere = connection.copy()
    with elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('embed_missed'))")
        assert tasks.embed_missed() == 0
        cursor.execute("SELECT pg_advisory_unlock(hashtext('embed_missed'))")
    elsewhere.close()
    assert tasks.embed_missed() == 4


@pytest.mark.django_db(transaction=True)
def test_one_transaction_is_one_nudge(hotel: Property, monkeypatch: pytest.MonkeyPatch) -> None:
    nudges: list[int] = []
    monkeypatch.setattr(tasks.embed_pending, "apply_async", lambda **_: nudges.append(1))
    Faq.objects.filter(property=hotel).edit(published=False)
    assert len(nudges) == 1
