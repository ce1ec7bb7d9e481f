"""No edit is lost, and none is answered from its old text."""

import os
import signal
import subprocess
import sys
import threading
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.utils import timezone

from faq.models import Faq, FaqTranslation
from menus.models import Item, ItemAllergen, Menu
from properties.models import Property
from recommendations.models import Recommendation
from retrieval import draining, indexing, outbox
from retrieval.embedders import get_embedder
from retrieval.models import DIMENSIONS, OutboxEntry
from retrieval.registry import content_models
from retrieval.search import search
from retrieval.tasks import embed_missed

pytestmark = pytest.mark.django_db


def best(property_: Property, question: str) -> str:
    result = search(property_.pk, question, property_name=property_.name)
    return result.grounds[0].body if result.grounds else ""


def breakfast(hotel: Property) -> Faq:
    return Faq.objects.get(property=hotel, question="What time is breakfast?")


def version(hotel: Property) -> int:
    return Property.objects.values_list("content_version", flat=True).get(pk=hotel.pk)


def test_an_edit_and_its_entry_are_one_transaction(hotel: Property) -> None:
    faq = breakfast(hotel)
    with transaction.atomic():
        faq.answer = "Never."
        faq.save()
        assert OutboxEntry.objects.count() == 1
        transaction.set_rollback(True)
    assert OutboxEntry.objects.count() == 0
    assert breakfast(hotel).answer != "Never."


def test_an_edit_is_found_by_its_new_text_once_embedded(hotel: Property) -> None:
    faq = breakfast(hotel)
    faq.question, faq.answer = "Do you have a helipad?", "The helipad is on the roof."
    faq.save()
    outbox.drain()
    assert best(hotel, "Is there a helipad?") == "The helipad is on the roof."
    assert "helipad" not in best(hotel, "What time is breakfast?")


def test_a_row_that_waits_to_be_embedded_never_answers_for_its_old_text(hotel: Property) -> None:
    faq = breakfast(hotel)
    faq.question, faq.answer = "Do you have a helipad?", "The helipad is on the roof."
    faq.save()
    assert "helipad" not in best(hotel, "What time is breakfast?")


def test_a_deleted_row_leaves_an_entry_and_a_new_version(hotel: Property) -> None:
    before = version(hotel)
    breakfast(hotel).delete()
    assert OutboxEntry.objects.filter(kind="faq").count() == 1
    assert version(hotel) == before + 1
    outbox.drain()
    assert OutboxEntry.objects.count() == 0


def test_rows_that_go_with_their_menu_leave_entries_too(hotel: Property) -> None:
    Menu.objects.filter(property=hotel).delete()
    assert OutboxEntry.objects.filter(kind="menu").count() == 1


def test_a_property_can_be_deleted_with_all_its_content(hotel: Property) -> None:
    hotel.delete()
    assert not Faq.objects.exists()
    assert not OutboxEntry.objects.exists()


def test_every_edit_raises_the_propertys_content_version(hotel: Property) -> None:
    item = Item.objects.get(property=hotel)
    for change in (
        lambda: breakfast(hotel).save(),
        lambda: Item.objects.filter(property=hotel).edit(sold_out=True),
        lambda: ItemAllergen.objects.create(item=item, allergen="milk", presence="contains"),
        lambda: Recommendation.objects.filter(property=hotel).delete(),
    ):
        before = version(hotel)
        change()
        assert version(hotel) > before


def test_an_edit_that_bypasses_the_index_is_refused(hotel: Property) -> None:
    with pytest.raises(TypeError, match=r"edit\(\)"):
        Faq.objects.filter(property=hotel).update(answer="Never.")


def test_what_a_document_mentions_rewrites_it(hotel: Property) -> None:
    item = Item.objects.get(property=hotel)
    ItemAllergen.objects.create(item=item, allergen="milk", presence="contains")
    menu = Menu.objects.get(property=hotel)
    menu.name = "Supper"
    menu.save()
    item.refresh_from_db()
    assert "Contains milk" in item.document_body
    assert "Supper" in item.document_body
    assert item.is_stale()


def test_a_propertys_new_name_language_and_currency_reach_its_content(hotel: Property) -> None:
    hotel.currency, hotel.language = "CHF", "de"
    hotel.save()
    item = Item.objects.get(property=hotel)
    assert "CHF" in item.document_body
    assert item.language == "de"
    outbox.drain()
    item.refresh_from_db()
    assert item.vector is not None


def test_a_translation_is_part_of_its_faq(hotel: Property) -> None:
    faq = breakfast(hotel)
    translation = FaqTranslation.objects.create(
        faq=faq, language="de", question="Wann gibt es Frühstück?", answer="Ab 7 Uhr."
    )
    assert breakfast(hotel).document_translations["de"][1] == "Ab 7 Uhr."
    translation.delete()
    assert breakfast(hotel).document_translations == {}


def test_an_embedded_row_names_its_text_and_model(hotel: Property) -> None:
    faq = breakfast(hotel)
    assert faq.embedded_hash == faq.content_hash
    assert faq.embedded_with == get_embedder().model_id
    assert faq.vector is not None
    assert len(faq.vector) == 384


def test_draining_twice_does_nothing_the_second_time(hotel: Property) -> None:
    breakfast(hotel).save()
    assert outbox.drain() == 1
    assert outbox.drain() == 0


def test_one_entry_that_fails_does_not_hold_up_the_others(
    hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = breakfast(hotel)
    Faq.objects.filter(property=hotel).edit(answer="Changed.")
    embed_rows = indexing.embed_rows

    def refuse_one(rows: Any) -> set[int]:
        if bad.pk in {row.pk for row in rows}:
            raise RuntimeError("unreadable")
        return embed_rows(rows)

    monkeypatch.setattr(indexing, "embed_rows", refuse_one)
    outbox.drain()
    entry = OutboxEntry.objects.get()
    assert (entry.object_id, entry.attempts) == (bad.pk, 1)
    assert "unreadable" in entry.error
    assert entry.due_at
    assert entry.due_at > timezone.now()
    monkeypatch.undo()
    OutboxEntry.objects.update(due_at=timezone.now())
    outbox.drain()
    assert not breakfast(hotel).is_stale()


def test_what_was_missed_is_found_and_embedded(hotel: Property) -> None:
    row = breakfast(hotel)
    Faq._base_manager.filter(pk=row.pk).update(embedded_hash="of an older text")
    Item._base_manager.filter(property=hotel).update(embedded_with="another model")
    assert embed_missed() == 2
    assert not breakfast(hotel).is_stale()
    assert embed_missed() == 0


def test_a_house_that_another_model_embedded_is_answered_meanwhile_and_embedded_anew(
    hotel: Property,
) -> None:
    elsewhere = [0.0] * (DIMENSIONS - 1) + [1.0]
    for model in content_models().values():
        rows = model._base_manager.filter(property=hotel)
        rows.update(embedded_with="another model", vector=elsewhere)
    answer = breakfast(hotel).answer
    assert best(hotel, "What time is breakfast?") == answer
    assert embed_missed() == 6
    for model in content_models().values():
        for row in model._base_manager.filter(property=hotel):
            assert row.embedded_with == get_embedder().model_id
            assert row.vector is not None
            assert list(row.vector) != elsewhere
    assert best(hotel, "What time is breakfast?") == answer
    assert embed_missed() == 0


def test_reindexing_embeds_everything_again_and_resumes(hotel: Property) -> None:
    waiting = outbox.record_anew([hotel.pk])
    assert waiting == 6
    assert draining._drain_batch(batch=2) == 2
    assert outbox.record_anew([hotel.pk]) == 4
    assert outbox.drain() == 4


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_entry(hotel: Property) -> None:
    Faq.objects.filter(property=hotel).edit(answer="Changed.")
    done: list[int] = []

    def work() -> None:
        try:
            done.append(outbox.drain(batch=1))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(done) == 4
    assert not OutboxEntry.objects.exists()


DRAIN_AND_DIE = """
import os, signal, django
django.setup()
from retrieval import draining, indexing, outbox
indexing.embed_rows = lambda rows: os.kill(os.getpid(), signal.SIGKILL)
outbox.drain()
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_work_gives_its_entries_back(hotel: Property) -> None:
    faq = breakfast(hotel)
    faq.answer = "From six o'clock."
    faq.save()
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=connection.settings_dict["NAME"])
    killed = subprocess.run(
        [sys.executable, "-c", DRAIN_AND_DIE],
        env={**os.environ, "DATABASE_URL": url.geturl()},
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL
    assert outbox.drain() == 1
    assert best(hotel, "What time is breakfast?") == "From six o'clock."
