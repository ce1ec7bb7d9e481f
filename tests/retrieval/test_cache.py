"""An answer given before is given again to the same question only, and only while it is true."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis.asyncio import Redis

from faq.models import Faq
from properties.models import Property
from retrieval import outbox
from retrieval.cache import Cached, Key, exact, forget_old, is_current, store, storing, verbatim
from retrieval.models import CachedAnswer
from retrieval.search import Result, search
from retrieval.tasks import forget_old_answers

pytestmark = pytest.mark.django_db
RECIPE = "1.0 SmolLM2"
QUESTION = "What time is breakfast on Sunday?"
_unused_property_ids = count(2_000_000)


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    async with Redis.from_url(settings.REDIS_URL) as redis:
        yield redis


def answer(version: int = 1) -> Cached:
    return Cached("From 8:00.", [{"title": "Breakfast"}], [], "SmolLM2", content_version=version)


def key(
    property_: Property, audience: str = "guest", language: str = "en", recipe: str = RECIPE
) -> Key:
    return Key(property_.pk, audience, language, recipe)


def ask(property_: Property, question: str, key_: Key | None = None) -> Result:
    return search(property_.pk, question, property_name=property_.name, key=key_ or key(property_))


def answered(property_: Property, question: str = QUESTION) -> Cached:
    """A guest asked, the cache had nothing, and the answer was kept."""
    result = ask(property_, question)
    assert result.slot is not None
    kept = answer(result.slot.content_version)
    storing.keep(result.slot, kept)
    return kept


# --- In other words ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "Hi, could you tell me what time breakfast is on Sundays, please",
        "on sunday, when is BREAKFAST",
        "What time is breakfast at Lakeside Hotel on Sunday?",
    ],
)
def test_the_same_question_is_answered_as_before(hotel: Property, question: str) -> None:
    kept = answered(hotel)
    result = ask(hotel, question)
    assert result.cached == kept
    assert result.slot is None


@pytest.mark.parametrize(
    "question", ["What time is breakfast on Saturday?", "Is there no breakfast on Sunday?"]
)
def test_another_question_is_not(hotel: Property, question: str) -> None:
    answered(hotel)
    result = ask(hotel, question)
    assert result.cached is None
    assert result.slot is not None


def test_the_cache_costs_no_round_trip_of_its_own(hotel: Property) -> None:
    answered(hotel)
    with CaptureQueriesContext(connection) as queries:
        assert ask(hotel, QUESTION).cached
    assert len(queries) == 1


def test_a_hit_brings_the_content_along(hotel: Property) -> None:
    answered(hotel)
    assert ask(hotel, QUESTION).grounds[0].title == "What time is breakfast?"


def test_who_gives_no_key_gets_no_cached_answer(hotel: Property) -> None:
    answered(hotel)
    result = search(hotel.pk, QUESTION, property_name=hotel.name)
    assert (result.cached, result.slot) == (None, None)


def test_a_stranger_is_not_answered(hotel: Property, other_hotel: Property) -> None:
    answered(hotel)
    assert ask(other_hotel, QUESTION).cached is None
    assert ask(hotel, QUESTION, key(hotel, audience="staff")).cached is None
    assert ask(hotel, QUESTION, key(hotel, language="de")).cached is None


def test_an_answer_made_by_another_recipe_is_not_given(hotel: Property) -> None:
    answered(hotel)
    assert ask(hotel, QUESTION, key(hotel, recipe="1.1 SmolLM2")).cached is None
    name = verbatim.name(key(hotel), QUESTION)
    assert verbatim.name(key(hotel, recipe="1.1 SmolLM2"), QUESTION) != name


def test_an_edit_ends_every_answer_at_once(hotel: Property) -> None:
    answered(hotel)
    Faq.objects.filter(property=hotel, question="Is there Wi-Fi?").edit(answer="Never.")
    assert ask(hotel, QUESTION).cached is None


def test_an_answer_made_while_an_edit_waits_is_not_kept(hotel: Property) -> None:
    """The row that was edited is not found until it is embedded, so the answer may lack it."""
    Faq.objects.filter(property=hotel, question="What time is breakfast?").edit(answer="From 9.")
    assert ask(hotel, QUESTION).slot is None
    outbox.drain()
    assert ask(hotel, QUESTION).slot is not None


def test_another_propertys_edits_do_not_matter(hotel: Property, other_hotel: Property) -> None:
    Faq.objects.filter(property=other_hotel).edit(answer="Changed.")
    answered(hotel)
    assert ask(hotel, QUESTION).cached


def test_an_answer_made_before_an_edit_is_not_given_after_it(hotel: Property) -> None:
    slow = ask(hotel, QUESTION)
    Faq.objects.filter(property=hotel, question="Is there Wi-Fi?").edit(answer="Never.")
    outbox.drain()
    assert slow.slot is not None
    storing.keep(slow.slot, answer(slow.slot.content_version))
    assert ask(hotel, QUESTION).cached is None


def test_the_newest_answer_takes_the_place_of_the_older(hotel: Property) -> None:
    slot = ask(hotel, QUESTION).slot
    assert slot is not None
    for _ in range(2):
        storing.keep(slot, answer(slot.content_version))
    assert CachedAnswer.objects.count() == 1


def test_an_answer_in_an_old_format_is_a_miss_and_overwritten(hotel: Property) -> None:
    answered(hotel)
    CachedAnswer.objects.update(answer={"words": "From 8:00."})
    kept = answered(hotel)
    assert ask(hotel, QUESTION).cached == kept


def test_vectors_of_another_model_are_not_compared(hotel: Property) -> None:
    answered(hotel)
    CachedAnswer.objects.update(embedded_with="another model")
    assert ask(hotel, QUESTION).cached is None


def test_the_vectors_must_agree_too(hotel: Property) -> None:
    answered(hotel)
    opposite = [-x for x in CachedAnswer.objects.get().vector]
    CachedAnswer.objects.update(vector=opposite)
    assert ask(hotel, QUESTION).cached is None


def test_what_was_asked_is_not_kept(hotel: Property) -> None:
    answered(hotel, "What time is breakfast for Rumpelstilzchen?")
    row = CachedAnswer.objects.values().get()
    assert "rumpel" not in repr(row).lower()
    assert "breakfast" not in row["words"]


def test_answers_end_with_their_time_and_with_their_property(hotel: Property) -> None:
    answered(hotel)
    CachedAnswer.objects.update(
        created_at=timezone.now() - timedelta(seconds=settings.CACHE_TTL + 60)
    )
    assert ask(hotel, QUESTION).cached is None
    assert forget_old_answers() == 1
    answered(hotel)
    assert forget_old() == 0
    Property.objects.get(pk=hotel.pk).save()
    assert forget_old() == 1
    answered(hotel)
    hotel.delete()
    assert not CachedAnswer.objects.exists()


# --- In the same words -------------------------------------------------------------------


async def test_the_same_words_find_their_answer(redis: Redis) -> None:
    here = Key(next(_unused_property_ids), "guest", "en", RECIPE)
    await verbatim.keep(redis, here, "Is the pool open?", answer(), 60)
    for words in ("Is the pool open?", "IS THE POOL OPEN", "Hello! Is the pool open, please?"):
        assert await exact(redis, here, words) == answer()
    assert await exact(redis, here, "Is the bar open?") is None


async def test_no_stranger_finds_it(redis: Redis) -> None:
    here = Key(next(_unused_property_ids), "guest", "en", RECIPE)
    await verbatim.keep(redis, here, "Is the pool open?", answer(), 60)
    for stranger in (
        here._replace(property_id=next(_unused_property_ids)),
        here._replace(audience="staff"),
        here._replace(language="de"),
    ):
        assert await exact(redis, stranger, "Is the pool open?") is None


async def test_nobody_reads_in_valkey_what_was_asked(redis: Redis) -> None:
    here = Key(next(_unused_property_ids), "guest", "en", RECIPE)
    await verbatim.keep(redis, here, "Is the pool open?", answer(), 60)
    (name,) = await redis.keys(f"cache:{here.property_id}:*")
    assert "pool" not in f"{name!r} {await redis.get(name)!r}"
    assert 0 < await redis.ttl(name) <= 60


async def test_a_damaged_answer_is_none(redis: Redis) -> None:
    here = Key(next(_unused_property_ids), "guest", "en", RECIPE)
    for damage in (b"{", b"[]", b'{"text": "of another version"}', b"\xff"):
        await redis.set(verbatim.name(here, "Is the pool open?"), damage, ex=60)
        assert await exact(redis, here, "Is the pool open?") is None


async def test_without_valkey_there_is_no_answer_and_no_error() -> None:
    async with Redis.from_url("redis://127.0.0.1:1") as nowhere:
        await verbatim.keep(
            nowhere, Key(1, "guest", "en", RECIPE), "Is the pool open?", answer(), 60
        )
        assert await exact(nowhere, Key(1, "guest", "en", RECIPE), "Is the pool open?") is None


def test_an_answer_is_current_until_the_content_changes(
    hotel: Property, other_hotel: Property
) -> None:
    kept = answered(hotel)
    with CaptureQueriesContext(connection) as queries:
        assert is_current(kept, hotel.pk)
    assert len(queries) == 1
    Faq.objects.filter(property=hotel, question="Is there Wi-Fi?").edit(answer="Never.")
    assert not is_current(kept, hotel.pk)
    hotel.delete()
    assert not is_current(kept, hotel.pk or 0)


@pytest.mark.django_db(transaction=True)
async def test_a_kept_answer_is_found_in_both_places(redis: Redis, hotel: Property) -> None:
    search_in_thread = database_sync_to_async(ask, thread_sensitive=False)
    slot = (await search_in_thread(hotel, QUESTION)).slot
    assert slot is not None
    kept = answer(slot.content_version)
    await store(redis, slot, QUESTION, kept)
    assert await exact(redis, key(hotel), QUESTION) == kept
    assert (await search_in_thread(hotel, "Breakfast on Sunday, when is it?")).cached == kept
