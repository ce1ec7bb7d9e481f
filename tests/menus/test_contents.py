"""Who asks what contains an allergen is told of every dish concerned, and never "nothing fits"."""

import pytest

from menus.models import Item
from properties.models import Property
from tests.menus.conftest import Ask


@pytest.mark.parametrize(
    "text",
    ["Does anything contain peanuts?", "Are there peanuts in any of your desserts?",
     "Do any mains have shellfish?", "dishes with lupin", "Gibt es Gerichte mit Erdnüssen?",
     "¿Hay platos con cacahuetes?", "Do you have any shellfish?", "vegan mains with sesame"],
)  # fmt: skip
def test_what_nobody_recorded_is_named_and_goes_to_the_staff(ask: Ask, text: str) -> None:
    answer = ask(text)
    assert answer is not None
    assert answer.handoff == "allergen_unknown"
    assert "Nothing on our menu" not in answer.text
    assert "Not checked for" in answer.text
    assert "the front desk" in answer.text


def test_those_that_may_contain_are_named(ask: Ask) -> None:
    answer = ask("Do the starters contain nuts?")
    assert answer is not None
    assert "May contain nuts: Pumpkin soup." in answer.text
    assert "Fish soup" in answer.text.split("Not checked for nuts")[1]
    assert [card["title"] for card in answer.cards] == ["Pumpkin soup"]


def test_where_all_is_recorded_no_staff_is_asked(ask: Ask) -> None:
    answer = ask("Enthalten die Nachspeisen Nüsse?", "de")
    assert answer is not None
    assert answer.handoff is None
    warned, free = answer.text.split("Von unserer Küche geprüft")
    assert "Apple strudel" in warned
    assert "Sorbet" in free


def test_a_changed_recipe_is_not_listed_as_free(ask: Ask) -> None:
    Item.objects.filter(name="Sorbet").edit(description="With hazelnut crumble")
    answer = ask("Which desserts contain nuts?")
    assert answer is not None
    assert answer.handoff == "allergen_unknown"
    assert "Sorbet" in answer.text.split("Not checked for nuts")[1]


def test_nuts_are_warned_of_by_recorded_peanuts_too(ask: Ask) -> None:
    Item.objects.get(name="Sorbet").record_allergens(
        {"nuts": "verified_free", "peanuts": "contains"}
    )
    answer = ask("Which desserts contain nuts?")
    assert answer is not None
    assert "Recorded with peanuts: Sorbet." in answer.text
    assert "free of" not in answer.text


def test_fish_can_be_wanted(ask: Ask) -> None:
    answer = ask("Do you have fish?")
    assert answer is not None
    assert (answer.reason, answer.handoff) == ("menu_query", None)
    assert [card["title"] for card in answer.cards] == ["Fish soup"]


def test_no_label_is_no_denial(ask: Ask, bistro: Property) -> None:
    answer = ask("Do you have halal food?")
    assert answer is not None
    assert "not recorded of any dish" in answer.text
    assert "the front desk" in answer.text


def test_dishes_are_no_wines(ask: Ask) -> None:
    for language, text in (("en", "what dishes do you have now?"), ("fr", "Quels plats ce soir ?")):
        answer = ask(text, language)
        assert answer is not None
        assert "Riesling" not in answer.text
        assert "Tofu bowl" in answer.text
