"""What was changed can be taken back, as a whole, and nobody's later edit is lost by it."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from concierge.history.access import visible_rows
from concierge.history.changing import changing
from concierge.history.models import Change
from concierge.history.plan import plan
from concierge.history.restoring import undo
from concierge.history.steps import effects_of
from concierge.importing import import_row, parse_line
from faq.models import Faq, FaqTranslation
from menus.models import Item, ItemAllergen, Menu, Section
from properties.models import Membership, Property, QRCode, WidgetSite
from recommendations.models import Recommendation
from retrieval import outbox
from tests.admin.conftest import furnish
from tests.history.conftest import Undo, begin_afresh
from tests.people import make_item

CONTENT = (Menu, Section, Item, ItemAllergen, Faq, FaqTranslation, Recommendation)
ALL = (Property, *CONTENT, Membership, QRCode, WidgetSite)
# What follows from the rest, and what only says when it was last written.
FOLLOWS = {
    "updated_at", "created_at", "search", "waits", "embedded_hash", "embedded_with",
    "vector", "content_version",
}  # fmt: skip


def everything() -> dict[str, list[dict[str, Any]]]:
    """All that stands in the tables, documents too."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in FOLLOWS}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in ALL
    }


@pytest.fixture
def full(hotel: Property, staff: User) -> Property:
    """A hotel with something of each kind."""
    furnish(hotel, "Lakeside")
    begin_afresh()
    return hotel


def test_a_whole_hotels_content_comes_back_at_once(
    full: Property, staff: User, take_back: Undo
) -> None:
    before = everything()
    version = full.content_version
    with changing(Change.Origin.PAGE, by=staff.pk):
        for model in (Menu, Faq, Recommendation):
            model._default_manager.all().delete()
    assert not Item.objects.exists()
    steps = take_back()
    assert not [step for step in steps if step.hindrance]
    assert everything() == before
    full.refresh_from_db()
    assert full.content_version > version
    outbox.drain()
    assert not [
        row
        for model in (Item, Faq, Recommendation)
        for row in model.objects.all()
        if row.is_stale()
    ]


def test_an_undo_can_be_undone(full: Property, staff: User, take_back: Undo) -> None:
    with changing(Change.Origin.PAGE, by=staff.pk):
        Faq.objects.all().delete()
    gone = everything()
    take_back()
    assert Faq.objects.exists()
    take_back()
    assert everything() == gone


def test_an_import_is_taken_back(full: Property, take_back: Undo) -> None:
    before = everything()
    import_row(
        parse_line(
            '{"id": "lakeside", "kind": "hotel", "name": "Lakeside Palace", '
            '"faqs": [{"id": "what time", "question": "When is breakfast?", "answer": "At 9."},'
            ' {"id": "gym", "question": "Is there a gym?", "answer": "Yes.",'
            '  "translations": {"de": {"question": "Fitness?", "answer": "Ja."}}}],'
            '"menus": [{"name": "Bar", "sections": [{"name": "Wine", "items":'
            ' [{"id": "r", "name": "Riesling", "allergens": {"sulphites": "contains"}}]}]}]}'
        )
    )
    assert Item.objects.filter(name="Riesling").exists()
    assert Change.objects.get().origin == Change.Origin.IMPORT
    take_back()
    assert everything() == before


def test_what_was_changed_since_stays_and_is_named(
    full: Property, staff: User, take_back: Undo
) -> None:
    curry = Item.objects.get()
    curry.price, curry.name = "99.00", "Curry of lentils"
    curry.save()
    wrong = Change.objects.latest("at")
    begun = Item.objects.get()
    begun.price = "21.00"
    with changing(Change.Origin.PAGE, by=staff.pk):
        begun.save()
    steps = take_back(wrong)
    curry.refresh_from_db()
    assert (str(curry.price), curry.name) == ("21.00", "Lentil curry")
    (step,) = steps
    assert step.since == ("price",)
    take_back(wrong, over=True)
    curry.refresh_from_db()
    assert str(curry.price) == "17.50"


def test_what_was_added_and_edited_since_stays(
    full: Property, staff: User, take_back: Undo
) -> None:
    with changing(Change.Origin.PAGE, by=staff.pk):
        faq = Faq.objects.create(property=full, question="Gym?", answer="Yes.")
    wrong = Change.objects.latest("at")
    with changing(Change.Origin.PAGE, by=staff.pk):
        Faq.objects.filter(pk=faq.pk).edit(answer="From 7 to 22.")
    (step,) = take_back(wrong)
    assert step.hindrance == "It was changed since."
    assert Faq.objects.get(pk=faq.pk).answer == "From 7 to 22."


def test_a_menu_stays_under_dishes_that_others_added_since(
    full: Property, staff: User, take_back: Undo
) -> None:
    with changing(Change.Origin.PAGE, by=staff.pk):
        menu = Menu.objects.create(property=full, name="Bar")
        section = Section.objects.create(menu=menu, name="Wine")
    wrong = Change.objects.latest("at")
    with changing(Change.Origin.PAGE, by=staff.pk):
        Item.objects.create(section=section, name="Riesling")
    assert {step.hindrance for step in take_back(wrong)} == {
        "It holds something that was added since."
    }
    assert Item.objects.filter(name="Riesling").exists()


def test_a_dish_does_not_come_back_without_its_section(
    full: Property, staff: User, take_back: Undo
) -> None:
    with changing(Change.Origin.PAGE, by=staff.pk):
        Item.objects.all().delete()
    dish = Change.objects.latest("at")
    with changing(Change.Origin.PAGE, by=staff.pk):
        Menu.objects.all().delete()
    menu = Change.objects.latest("at")
    assert "section is gone" in take_back(dish)[0].hindrance
    take_back(menu)
    take_back(dish)
    assert Item.objects.get().allergens.get().presence == "contains"


def test_a_name_that_another_row_has_now_is_left_to_it(
    full: Property, staff: User, take_back: Undo
) -> None:
    with changing(Change.Origin.PAGE, by=staff.pk):
        Menu.objects.all().delete()
    wrong = Change.objects.latest("at")
    new = Menu.objects.create(property=full, name="Dinner")
    hindrances = {step.title: step.hindrance for step in take_back(wrong)}
    assert hindrances["Dinner"] == "Another menu has the same name now."
    assert "gone" in hindrances["Mains"]
    assert hindrances["Lakeside"] == ""
    assert list(Menu.objects.filter(name="Dinner")) == [new]


def test_a_deleted_property_comes_back_with_all_it_had(
    full: Property, staff: User, superuser: User, take_back: Undo
) -> None:
    before = everything()
    with changing(Change.Origin.PAGE, by=superuser.pk):
        Property.objects.get(pk=full.pk).delete()
    assert not visible_rows(staff).exists()
    take_back(by=superuser)
    assert everything() == before


def test_settings_are_set_back_but_not_the_printed_link(
    full: Property, superuser: User, take_back: Undo
) -> None:
    full.slug, full.name, full.emergency_text = "new", "New", "Out!"
    with changing(Change.Origin.PAGE, by=superuser.pk):
        full.save()
    take_back()
    full.refresh_from_db()
    assert (full.slug, full.name, full.emergency_text) == ("new", "Lakeside Hotel", "")
    assert "Lakeside Hotel" not in Faq.objects.first().document_title  # type: ignore[union-attr]


def test_nobody_undoes_what_another_did_to_their_role(
    full: Property, staff: User, colleague: User, take_back: Undo
) -> None:
    with changing(Change.Origin.PAGE, by=staff.pk):
        Membership.objects.filter(user=colleague).update(role="manager")
    demoting = Membership.objects.get(user=colleague)
    with changing(Change.Origin.PAGE, by=staff.pk):
        demoting.role = "editor"
        demoting.save()
    assert take_back(by=colleague) == []
    with changing(Change.Origin.PAGE, by=staff.pk):
        Membership.objects.filter(user=staff).update(role="editor")
    assert take_back(by=staff) == []
    assert Membership.objects.get(user=staff).role == "editor"


# --- Allergens: exactly as valid as they were, never more --------------------------------------


@pytest.fixture
def verified(full: Property) -> Item:
    curry = Item.objects.get()
    curry.record_allergens({"nuts": "verified_free"})
    curry.save()
    begin_afresh()
    return curry


def validity(item: Item) -> list[tuple[str, str, str, object, bool]]:
    return [
        (each.allergen, each.presence, each.recipe, each.recorded_at, each.is_void())
        for each in Item.objects.get(pk=item.pk).allergens.order_by("allergen")
    ]


def free_of(item: Item) -> list[str]:
    """What its card tells guests."""
    card = Item.objects.get(pk=item.pk).document_card
    assert card
    return card["allergens"]["verified_free"]


def test_a_restored_verification_is_the_one_that_was_signed(
    verified: Item, take_back: Undo
) -> None:
    before = validity(verified)
    with changing(Change.Origin.PAGE):
        verified.section.menu.delete()
    take_back(by=User.objects.get(username="staff"))
    assert validity(verified) == before


def test_a_void_verification_comes_back_void(verified: Item, take_back: Undo) -> None:
    verified.description = "With peanut butter"
    verified.save()
    before = validity(verified)
    assert before[-1][-1], "void, because the recipe is another one"
    with changing(Change.Origin.PAGE):
        Item.objects.get(pk=verified.pk).delete()
    take_back()
    assert validity(verified) == before
    assert free_of(verified) == []


def test_no_undo_goes_over_what_the_kitchen_recorded_since(verified: Item, take_back: Undo) -> None:
    with changing(Change.Origin.PAGE):
        verified.record_allergens({"nuts": "may_contain"})
    wrong = Change.objects.latest("at")
    with changing(Change.Origin.PAGE):
        verified.record_allergens({"nuts": "contains"})
    for over in (False, True):
        (step,) = take_back(wrong, over=over)
        assert step.hindrance == "It was changed since."
    assert verified.allergens.get(allergen="nuts").presence == "contains"


def test_a_record_is_set_back_with_its_signature(verified: Item, take_back: Undo) -> None:
    before = validity(verified)
    with changing(Change.Origin.PAGE):
        verified.record_allergens({"nuts": "contains"})
        verified.save()
    take_back()
    assert validity(verified) == before
    assert free_of(verified) == ["Nuts"]


def test_a_plan_says_what_happens(full: Property, staff: User) -> None:
    """The page that asks and the undo that follows come from the same plan."""
    with changing(Change.Origin.PAGE, by=staff.pk):
        Faq.objects.all().delete()
        make_item(full, "Trout")
    effects = effects_of(visible_rows(staff).filter(change=Change.objects.latest("at")))
    said = [(step.kind, step.effect.key) for step in plan(effects, staff)]
    assert said == [(step.kind, step.effect.key) for step in undo(effects, staff)[1]]
