"""A small restaurant whose menu has one dish for every way in which a question can go wrong."""

import datetime
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import pytest

from menus.models import Item, Menu, Section
from menus.replies import MenuReply, reply
from properties.models import Property
from tests.furnished import furnished
from tests.people import make_property

VIENNA = ZoneInfo("Europe/Vienna")
FRIDAY_EVENING = datetime.datetime(2026, 11, 20, 19, 30, tzinfo=VIENNA)

Ask = Callable[..., MenuReply | None]
EVENING = {"available_from": datetime.time(18), "available_until": datetime.time(22)}


@pytest.fixture
def bistro(db: None) -> Property:
    return furnished(_bistro)


def _bistro() -> Property:
    property_ = make_property("bistro", name="Bistro", time_zone="Europe/Vienna")
    _dinner(property_)
    _bar(property_)
    return property_


def _dinner(property_: Property) -> None:
    menu = Menu.objects.create(property=property_, name="Dinner")
    starters, mains, desserts = (
        Section.objects.create(menu=menu, name=name, position=place)
        for place, name in enumerate(("Starters", "Mains", "Desserts"))
    )
    dish(starters, "Pumpkin soup", "9.50", ["vegan"], nuts="may_contain", gluten="verified_free")
    dish(starters, "Fish soup", "12.00", [], fish="contains", milk="contains", celery="unknown")
    dish(
        mains,
        "Red lentil curry",
        "17.50",
        ["vegan", "gluten_free"],
        nuts="verified_free",
        peanuts="verified_free",
        gluten="verified_free",
    )
    dish(mains, "Mushroom risotto", "19.50", ["vegetarian"], milk="contains")
    dish(mains, "Veal schnitzel", "26.00", [], gluten="contains", eggs="contains", milk="contains")
    dish(mains, "Tofu bowl", "21.00", ["vegan"], soybeans="contains", nuts="verified_free")
    dish(mains, "Rack of lamb", "32.00", [], served={"days": ["fri", "sat", "sun"]})
    dish(mains, "Stuffed cabbage", "16.00", ["vegan"], served={"sold_out": True})
    dish(mains, "Secret pie", "5.00", ["vegan"], served={"published": False})
    dish(desserts, "Apple strudel", "9.00", ["vegetarian"], gluten="contains", nuts="may_contain")
    dish(desserts, "Sorbet", "6.50", ["vegan"], milk="verified_free", nuts="verified_free")


def _bar(property_: Property) -> None:
    menu = Menu.objects.create(property=property_, name="Bar", position=1)
    wine = Section.objects.create(menu=menu, name="Wine")
    late = {"available_from": datetime.time(17), "available_until": datetime.time(2)}
    for name, kind, price in (
        ("Zweigelt", "Red wine", "7.40"),
        ("Blaufränkisch", "Red wine", "6.80"),
        ("Riesling", "Dry white wine", "6.20"),
    ):
        dish(wine, name, price, [], served={"description": kind, **late})
    snacks = Section.objects.create(menu=menu, name="Snacks", position=1)
    dish(snacks, "Olives", "4.00", ["vegan"], served=late)


def dish(
    section: Section,
    name: str,
    price: str,
    diets: list[str],
    served: Mapping[str, object] | None = None,
    **allergens: str,
) -> Item:
    values = {**EVENING, "external_id": name.lower(), **(served or {})}
    item = Item.objects.create(section=section, name=name, price=price, diets=diets, **values)
    item.record_allergens(allergens)
    Item.objects.filter(pk=item.pk).refresh_documents()
    item.refresh_from_db()
    return item


@pytest.fixture
def ask(bistro: Property, django_assert_num_queries: Callable) -> Ask:
    """Every answer here is one statement."""

    def asked(
        text: str,
        language: str = "en",
        now: datetime.datetime = FRIDAY_EVENING,
        previous: tuple[str, ...] = (),
        queries: int = 1,
        said_before: tuple[str, ...] = (),
    ) -> MenuReply | None:
        with django_assert_num_queries(queries):
            return reply(bistro, text, language, now, previous, said_before)

    return asked
