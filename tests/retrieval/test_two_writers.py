"""Two people write at once, on two connections: no document is left older than its row."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from concierge.importing import import_row, parse_line
from faq.models import Faq, FaqTranslation
from menus.models import Item, ItemAllergen, Menu, Section
from properties.models import Property
from retrieval import outbox, sweep
from retrieval.models import Embedded, OutboxEntry
from retrieval.registry import content_models
from retrieval.tasks import embed_missed

pytestmark = pytest.mark.django_db(transaction=True)
LONGEST_WAIT = 20  # seconds; only a failing test waits so long
HEAD_START = 0.3  # seconds in which the second writer gets as far as it can


class Writer(threading.Thread):
    """Somebody else's request, with a connection of its own."""

    def __init__(self, write: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.write = write
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self.write()
        except Exception as error:
            self.error = error
        finally:
            connections.close_all()

    def finish(self) -> None:
        self.join(LONGEST_WAIT)
        assert not self.is_alive(), "the writers wait for each other"
        assert self.error is None


@contextmanager
def paused_before(owner: type, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Hold the first thread that calls `owner.name` there, until the block ends."""
    original = getattr(owner, name)
    reached, go_on = threading.Event(), threading.Event()
    first: list[threading.Thread] = []

    def waits(*args: Any, **kwargs: Any) -> Any:
        if not first:
            first.append(threading.current_thread())
            reached.set()
            assert go_on.wait(LONGEST_WAIT)
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, waits)
    try:
        yield reached
    finally:
        go_on.set()
        monkeypatch.setattr(owner, name, original)


def breakfast(hotel: Property) -> Faq:
    return Faq.objects.get(property=hotel, question="What time is breakfast?")


def curry(hotel: Property) -> Item:
    return Item.objects.get(property=hotel, name="Lentil curry")


def answer_nine(hotel: Property) -> None:
    faq = breakfast(hotel)
    faq.answer = "Breakfast is at 9:00."
    faq.save()


def rename(hotel: Property) -> None:
    house = Property.objects.get(pk=hotel.pk)
    house.name, house.currency = "Seaside Hotel", "CHF"
    house.save()


def translate(hotel: Property) -> None:
    FaqTranslation.objects.create(
        faq=breakfast(hotel), language="de", question="Wann gibt es Frühstück?", answer="Um 9."
    )


def rename_menu(hotel: Property) -> None:
    menu = Menu.objects.get(property=hotel)
    menu.name = "Supper"
    menu.save()


def rename_section(hotel: Property) -> None:
    section = Section.objects.get(menu__property=hotel)
    section.name = "Curries"
    section.save()


def record_milk(hotel: Property) -> None:
    ItemAllergen.objects.create(item=curry(hotel), allergen="milk", presence="contains")


def reprice(hotel: Property) -> None:
    item = curry(hotel)
    item.price = "19.00"
    item.save()


def sell_out(hotel: Property) -> None:
    Item.objects.filter(property=hotel).edit(sold_out=True)


def withdraw(hotel: Property) -> None:
    """One field of a page that was opened before."""
    faq = breakfast(hotel)
    faq.published = False
    faq.save(update_fields=["published"])


def import_file(hotel: Property) -> None:
    import_row(
        parse_line(
            '{"id": "lakeside", "kind": "hotel", "name": "Lakeside Hotel", "currency": "USD",'
            '"faqs": [{"id": "what time", "question": "What time is breakfast?",'
            '"answer": "Breakfast is at 8:00.", "translations": {"fr": {"question": "Quand ?",'
            '"answer": "À 8 heures."}}}],'
            '"menus": [{"name": "Dinner", "sections": [{"name": "Mains", "items": ['
            '{"id": "curry", "name": "Red curry", "price": "9.50"}]}]}]}'
        )
    )


def documents_that_differ() -> list[str]:
    """From what they would be if they were written now."""
    rows = [row for model in content_models().values() for row in model.objects.light()]
    return [row.document_title for row in rows if row.rewrite_document()]


WRITERS = (
    answer_nine, rename, translate, rename_menu, rename_section, record_milk, reprice, sell_out,
    withdraw, import_file,
)  # fmt: skip


@pytest.mark.parametrize("slow", [answer_nine, withdraw, rename, rename_menu, import_file])
def test_whoever_writes_between_another_s_reading_and_writing_no_document_is_older_than_its_row(
    hotel: Property, slow: Callable[[Property], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with paused_before(Embedded, "write_document", monkeypatch) as reached:
        first = Writer(lambda: slow(hotel))
        assert reached.wait(LONGEST_WAIT)
        others = [Writer(partial(write, hotel)) for write in WRITERS if write is not slow]
        time.sleep(HEAD_START)
    for writer in (first, *others):
        writer.finish()
    assert documents_that_differ() == []


def test_a_page_that_was_opened_before_a_rename_writes_the_new_name(hotel: Property) -> None:
    faq, item = breakfast(hotel), curry(hotel)
    assert (faq.property.name, item.section.menu.name) == ("Lakeside Hotel", "Dinner")
    for write in (rename, rename_menu, rename_section, translate, record_milk):
        write(hotel)
    faq.save()
    item.save()
    assert documents_that_differ() == []


def test_one_field_is_written_beside_what_others_wrote_since(hotel: Property) -> None:
    opened = breakfast(hotel)
    answer_nine(hotel)
    opened.published = False
    opened.save(update_fields=["published"])
    assert breakfast(hotel).document_body == "Breakfast is at 9:00."
    assert not breakfast(hotel).published


def test_who_deletes_and_who_edits_do_not_wait_for_each_other(
    hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    with paused_before(Embedded, "write_document", monkeypatch) as reached:
        edit = Writer(lambda: Faq.objects.filter(property=hotel).edit(published=False))
        assert reached.wait(LONGEST_WAIT)
        deleting = Writer(lambda: Faq.objects.filter(property=hotel).delete())
        time.sleep(HEAD_START)
    edit.finish()
    deleting.finish()
    assert not Faq.objects.exists()


def test_the_worker_waits_for_no_writer_and_forgets_none_of_their_rows(hotel: Property) -> None:
    """An import holds its rows until its end: other houses are embedded meanwhile."""
    answer_nine(hotel)
    reprice(hotel)
    locked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Faq.objects.select_for_update().get(pk=breakfast(hotel).pk)
            locked.set()
            assert go_on.wait(LONGEST_WAIT)

    holder = Writer(hold)
    assert locked.wait(LONGEST_WAIT)
    outbox.drain()
    assert not curry(hotel).is_stale()
    assert OutboxEntry.objects.get().kind == "faq"
    go_on.set()
    holder.finish()
    OutboxEntry.objects.update(due_at=timezone.now())
    outbox.drain()
    assert not breakfast(hotel).is_stale()


def test_the_sweep_finds_documents_that_nobody_announced(hotel: Property) -> None:
    Faq._base_manager.filter(property=hotel).update(answer="By SQL.")
    Menu.objects.filter(property=hotel).update(name="Supper")
    embed_missed()
    assert breakfast(hotel).document_body == "By SQL."
    assert "Supper" in curry(hotel).document_body
    assert not OutboxEntry.objects.exists()


def test_the_sweep_looks_at_all_rows_page_by_page(
    hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "PAGE", 3)
    Faq._base_manager.filter(property=hotel).update(answer="By SQL.")
    assert [sweep.rewrite_older_documents() for _ in range(3)] == [3, 1, 0]


def test_the_sweep_goes_on_where_it_was_when_its_process_ended(
    hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "PAGE", 3)
    sweep.rewrite_older_documents()
    Faq._base_manager.filter(property=hotel).update(answer="By SQL.")
    found = "from retrieval.sweep import rewrite_older_documents as swept; print(swept())"
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=connection.settings_dict["NAME"])
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {found}"],
        env={**os.environ, "DATABASE_URL": url.geturl()},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "1"
