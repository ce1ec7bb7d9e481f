"""What the guest said before still holds: an allergy stays said, a further question goes on."""

import pytest

from menus.models import Item
from menus.replies import MenuReply, reply
from properties.models import Property
from tests.menus.conftest import FRIDAY_EVENING, Ask


def converse(property_: Property, *said: str) -> MenuReply | None:
    """The answer to the last of these."""
    answer, titles = None, ()
    for place, text in enumerate(said):
        answer = reply(property_, text, "en", FRIDAY_EVENING, titles, said[:place])
        titles = tuple(card["title"] for card in answer.cards) if answer else ()
    return answer


def titles(answer: MenuReply | None) -> set[str]:
    assert answer is not None
    return {card["title"] for card in answer.cards}


@pytest.fixture
def with_cake(bistro: Property) -> Property:
    strudel = Item.objects.get(name="Apple strudel")
    cake = Item.objects.create(section=strudel.section, name="Nut cake", price="5.00")
    cake.record_allergens({"nuts": "contains"})
    Item.objects.filter(pk=cake.pk).refresh_documents()
    return bistro


@pytest.mark.parametrize(
    "said",
    ["I'm allergic to nuts. Which mains can I have?", "I have a nut allergy", "I can't eat nuts",
     "My son is alergic to nuts", "Is the schnitzel ok with my hazlenut alergy?"],
)  # fmt: skip
@pytest.mark.parametrize(
    "then",
    ["and desserts?", "recommend me a dessert", "what desserts can I eat?", "cheapest dessert",
     "desserts under 20 euros"],
)  # fmt: skip
def test_an_allergy_once_said_stays_said(with_cake: Property, said: str, then: str) -> None:
    for between in ((), ("What time is breakfast?",)):
        answer = converse(with_cake, said, *between, then)
        assert titles(answer) == {"Sorbet"}
        assert answer is not None
        assert "You avoid nuts, as you said." in answer.text
        assert "the front desk" in answer.text
        assert "cake" not in answer.text


def test_a_dish_is_judged_by_the_allergy_that_was_said(with_cake: Property) -> None:
    for then in ("can I have the nut cake?", "is the nut cake safe?", "and the nut cake?"):
        answer = converse(with_cake, "I have a nut allergy", then)
        assert answer is not None
        assert "Nut cake contains nuts" in answer.text


def test_it_takes_no_more_than_one_statement(ask: Ask, bistro: Property) -> None:
    answer = ask("and desserts?", said_before=("I have a nut allergy",))
    assert titles(answer) == {"Sorbet"}


@pytest.mark.parametrize("then", ["and the sorbet?", "sorbet?", "and the sorbett?"])
def test_a_bare_dish_after_a_verdict_gets_one_on_the_same(bistro: Property, then: str) -> None:
    answer = converse(bistro, "Is the risotto nut free?", then)
    assert answer is not None
    assert "Sorbet is recorded as free of nuts" in answer.text
    answer = converse(bistro, "Is the risotto gluten free?", then)
    assert answer is not None
    assert answer.handoff == "allergen_unknown"


def test_is_it_safe_goes_on_from_the_verdict(bistro: Property) -> None:
    answer = converse(bistro, "Is the risotto gluten free?", "is it safe?")
    assert answer is not None
    assert answer.reason == "allergen_record"
    assert "Mushroom risotto contains gluten is not recorded" in answer.text


@pytest.mark.parametrize("then", ["What time is breakfast?", "is the pool open?"])
def test_what_is_no_question_about_food_stays_none(bistro: Property, then: str) -> None:
    assert converse(bistro, "I have a nut allergy", then) is None
    assert converse(bistro, "Is the risotto gluten free?", then) is None


@pytest.mark.parametrize(
    ("said", "then", "dishes"),
    [
        ("Vegan mains under 30 €", "and desserts?", {"Sorbet"}),
        ("mains under 20 €", "which of those is nut-free?", {"Red lentil curry"}),
        ("vegetarian desserts over 8 €", "anything cheaper?", set()),
        ("starters over 10 €", "and desserts?", set()),
        ("most expensive main", "and dessert?", {"Apple strudel"}),
    ],
)
def test_a_further_question_changes_a_part_of_the_one_before(
    bistro: Property, said: str, then: str, dishes: set[str]
) -> None:
    assert titles(converse(bistro, said, then)) == dishes


def test_cheaper_is_cheaper_than_what_was_shown(bistro: Property) -> None:
    answer = converse(bistro, "most expensive vegetarian main", "anything cheaper?")
    assert titles(answer) == {"Mushroom risotto", "Red lentil curry"}
    assert converse(bistro, "anything cheaper?") is None
