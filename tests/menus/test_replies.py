"""Answers from the menu: all that fits and nothing else, by one statement, in the guest's words."""

import pytest

from menus.models import Item
from menus.replies import MenuReply
from properties.models import Property
from tests.menus.conftest import Ask
from tests.people import CANARY, make_item


def titles(answer: MenuReply | None) -> list[str]:
    assert answer is not None
    assert [card["title"] for card in answer.cards] == [each["title"] for each in answer.sources]
    return [card["title"] for card in answer.cards]


@pytest.mark.parametrize(
    ("text", "dishes"),
    [
        ("Vegan mains under 20 €", {"Red lentil curry"}),
        ("Vegan mains under 21 €", {"Red lentil curry"}),
        ("Vegan mains up to 21 €", {"Red lentil curry", "Tofu bowl"}),
        ("vegetarian mains", {"Red lentil curry", "Mushroom risotto", "Tofu bowl"}),
        ("mains that are not vegan under 27 €", {"Mushroom risotto", "Veal schnitzel"}),
        ("starters between 9 and 10 euros", {"Pumpkin soup"}),
        ("cheapest red wine", {"Blaufränkisch"}),
        ("What is your most expensive dessert?", {"Apple strudel"}),
        ("Which soups do you have?", {"Pumpkin soup", "Fish soup"}),
        ("Do you have fish?", {"Fish soup"}),
        ("which vegan dishes are sold out?", {"Stuffed cabbage"}),
        ("Welche veganen Hauptspeisen unter 20 Euro habt ihr?", {"Red lentil curry"}),
        ("Quels plats principaux végétaliens à moins de 20 € ?", {"Red lentil curry"}),
        ("¿Platos principales veganos por menos de 20 €?", {"Red lentil curry"}),
        ("Piatti principali vegani sotto i 20 €", {"Red lentil curry"}),
    ],
)
def test_a_question_about_the_menu_is_answered_with_all_that_fits(
    ask: Ask, text: str, dishes: set[str]
) -> None:
    answer = ask(text)
    assert set(titles(answer)) == dishes
    assert answer is not None
    assert (answer.reason, answer.handoff) == ("menu_query", None)
    assert all(dish in answer.text for dish in dishes)


def test_the_card_of_a_dish_is_its_own(ask: Ask) -> None:
    answer = ask("vegan mains under 20 €")
    assert answer is not None
    assert answer.cards == [Item.objects.get(name="Red lentil curry").document_card]
    assert answer.sources == [
        {"type": "menu", "external_id": "red lentil curry", "title": "Red lentil curry",
         "score": 1.0}
    ]  # fmt: skip


def test_what_is_nut_free_is_only_what_was_verified(ask: Ask) -> None:
    answer = ask("What is nut-free?")
    assert set(titles(answer)) == {"Red lentil curry", "Tofu bowl", "Sorbet"}
    assert answer is not None
    checked, unchecked = answer.text.split("Not checked for nuts")
    assert "Pumpkin soup" not in answer.text  # may contain nuts
    assert "Veal schnitzel" in unchecked
    assert "the front desk" in unchecked
    assert "Veal schnitzel" not in checked


def test_a_diet_label_is_no_verification(ask: Ask) -> None:
    Item.objects.get(name="Red lentil curry").allergens.all().delete()
    answer = ask("gluten-free mains")
    assert titles(answer) == []
    assert answer is not None
    assert answer.handoff == "allergen_unknown"


def test_a_changed_recipe_takes_the_dish_off_the_list(ask: Ask) -> None:
    Item.objects.filter(name="Sorbet").edit(description="With hazelnut crumble")
    answer = ask("What is nut-free?")
    assert "Sorbet" not in titles(answer)
    assert answer is not None
    assert "Sorbet" in answer.text.split("Not checked for nuts")[1]


def test_nothing_fits_is_said(ask: Ask) -> None:
    answer = ask("vegan mains under 5 €")
    assert answer is not None
    assert answer.text == "Nothing on our menu fits that."


def test_no_question_about_the_menu_asks_no_database(ask: Ask) -> None:
    for text in ("Is breakfast included?", "Are pets allowed?", "How much is parking?"):
        assert ask(text, queries=0) is None


def test_a_strangers_dishes_never_appear(ask: Ask, other_hotel: Property) -> None:
    Item.objects.filter(property=other_hotel).edit(diets=["vegan"], price="1.00")
    for text in (
        "vegan dishes under 20 €",
        "What is nut-free?",
        "What is on the menu now?",
        "Is the kitchen still open?",
        f"Does the curry {CANARY} contain nuts?",
    ):
        answer = ask(text)
        assert answer is not None
        assert CANARY not in f"{answer}"


def test_more_than_fit_a_phone_are_counted(ask: Ask, bistro: Property) -> None:
    for number in range(15):
        make_item(bistro, f"Stew {number}", price="3.00", diets=["halal"])
    answer = ask("halal dishes")
    assert answer is not None
    assert len(answer.cards) == 12
    assert "and 3 more" in answer.text
