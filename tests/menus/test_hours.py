"""When dishes are served: by the property's clock, past midnight, and on the night it changes."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from menus.models import Item
from menus.replies import reply
from properties.models import Property
from tests.menus.conftest import VIENNA, Ask
from tests.people import make_item, make_property


def vienna(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    """In November 2026, which begins on a Sunday."""
    return datetime.datetime(2026, 11, day, hour, minute, tzinfo=VIENNA)


def served(property_: Property, text: str, now: datetime.datetime) -> set[str]:
    answer = reply(property_, text, "en", now)
    assert answer is not None
    return {card["title"] for card in answer.cards}


@pytest.fixture
def bar(db: None) -> Property:
    """Fridays from 18:00 until 02:00."""
    property_ = make_property("bar", time_zone="Europe/Vienna")
    make_item(
        property_,
        "Toast",
        diets=["vegan"],
        days=["fri"],
        available_from=datetime.time(18),
        available_until=datetime.time(2),
    )
    return property_


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        (vienna(20, 17, 59), False),
        (vienna(20, 18), True),
        (vienna(20, 23, 59), True),
        (vienna(21, 0), True),  # it is Saturday, and still Friday's evening
        (vienna(21, 1, 59), True),
        (vienna(21, 2), False),
        (vienna(20, 1), False),  # Thursday had none
        (vienna(21, 19), False),
    ],
)
def test_an_evening_may_end_the_next_day(
    bar: Property, now: datetime.datetime, open_: bool
) -> None:
    assert served(bar, "What vegan food can I get now?", now) == ({"Toast"} if open_ else set())
    answer = reply(bar, "Is the kitchen still open?", "en", now)
    assert answer is not None
    assert answer.reason == "kitchen_hours"
    assert answer.text.startswith("Yes" if open_ else "No")
    assert ("Dinner until 02:00" in answer.text) == open_


def test_now_is_the_propertys_and_not_the_servers(bar: Property) -> None:
    bar.time_zone = "Pacific/Auckland"
    friday_evening = datetime.datetime(2026, 11, 20, 19, tzinfo=ZoneInfo("Pacific/Auckland"))
    assert served(bar, "vegan now", friday_evening.astimezone(datetime.UTC)) == {"Toast"}
    assert served(bar, "vegan now", vienna(20, 19)) == set()


def test_the_clock_on_the_wall_counts_when_it_changes(bar: Property) -> None:
    Item.objects.filter(property=bar).edit(days=[])
    twice = datetime.datetime(2026, 10, 25, 1, 30, tzinfo=VIENNA)
    assert served(bar, "vegan now", twice) == {"Toast"}
    assert served(bar, "vegan now", twice + datetime.timedelta(hours=1)) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Which mains are available on Sunday?", True),
        ("mains on monday", False),
        ("mains tomorrow", True),
        ("Which mains can I eat tonight?", True),
        ("mains for lunch", False),
        ("Which mains can I have at 21:59?", True),
        ("Which mains can I have at 10 pm?", False),
    ],
)
def test_a_day_and_a_time_are_filters(ask: Ask, text: str, found: bool) -> None:
    answer = ask(text)
    assert answer is not None
    assert ("Rack of lamb" in answer.text) == found


def test_sold_out_says_nothing_of_another_day(ask: Ask) -> None:
    today, tomorrow = ask("vegan mains today"), ask("vegan mains tomorrow")
    assert today is not None
    assert tomorrow is not None
    assert "Stuffed cabbage" not in today.text
    assert "Stuffed cabbage" in tomorrow.text


def test_the_kitchen_is_open_until_its_last_dish(ask: Ask) -> None:
    answer = ask("Until when can I order food?")
    assert answer is not None
    assert answer.text == "Yes, you can order food now: Dinner until 22:00, Bar until 02:00."


def test_wine_keeps_no_kitchen_open(ask: Ask) -> None:
    Item.objects.get(name="Olives").delete()
    answer = ask("Is the kitchen still open?", now=vienna(20, 23))
    assert answer is not None
    assert answer.text == "No, no food is served now. Next: Dinner on Saturday from 18:00."
    answer = ask("Ist die Küche noch offen?", "de", now=vienna(20, 23))
    assert answer is not None
    assert answer.text.startswith("Nein, jetzt gibt es kein Essen. Wieder: Dinner am Samstag")


def test_without_hours_the_faqs_answer(db: None) -> None:
    property_ = make_property("inn")
    make_item(property_, "Stew")
    assert reply(property_, "Is the kitchen still open?", "en", vienna(20, 19)) is None
