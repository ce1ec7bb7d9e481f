"""What is said of an allergen in a dish: its record, or that the staff has to be asked."""

import datetime

import pytest

from menus.models import Item, ItemAllergen
from menus.replies import reply
from properties.models import Property
from tests.menus.conftest import FRIDAY_EVENING, Ask
from tests.people import make_item


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Does the schnitzel contain milk?", "Veal schnitzel contains milk (kitchen's record of "),
        ("Are there nuts in the apple strudel?", "Apple strudel may contain nuts ("),
        ("Is the lentil curry gluten free?", "Red lentil curry is recorded as free of gluten ("),
        ("Can I eat the curry with a peanut allergy?", "is recorded as free of peanuts ("),
        ("Does the fish soup contain milk?", "Fish soup contains milk ("),
    ],
)
def test_a_verdict_names_dish_allergen_and_record(ask: Ask, text: str, said: str) -> None:
    answer = ask(text)
    assert answer is not None
    assert said in answer.text
    assert (answer.reason, answer.handoff) == ("allergen_record", None)
    assert len(answer.cards) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Does the schnitzel contain nuts?",
            "Whether Veal schnitzel contains nuts is not recorded",
        ),
        ("Is there celery in the fish soup?", "Whether Fish soup contains celery is not recorded"),
        ("Can I eat the soup with a peanut allergy?", "That could be Fish soup / Pumpkin soup"),
        ("Does the apple tart contain nuts?", "About allergies only"),
        ("Does the apple tart have nuts?", "About allergies only"),
        ("Does it contain nuts?", "About allergies only"),
        ("Is the secret pie nut free?", "About allergies only"),
    ],
)
def test_what_is_not_recorded_or_not_clear_goes_to_the_staff(
    ask: Ask, text: str, said: str
) -> None:
    answer = ask(text)
    assert answer is not None
    assert said in answer.text
    assert "the front desk (+43 1 5550 100)" in answer.text
    assert answer.handoff == "allergen_unknown"


@pytest.mark.parametrize("text", ["I have a nut allergy", "I am allergic to strawberries.",
                                  "Ich habe eine Nussallergie."])  # fmt: skip
def test_an_allergy_alone_goes_to_the_staff(ask: Ask, text: str) -> None:
    answer = ask(text, queries=0 if "straw" not in text else 1)
    assert answer is not None
    assert answer.handoff == "allergen_unknown"


def test_it_is_the_dish_of_the_answer_before(ask: Ask) -> None:
    answer = ask("And does it contain nuts?", previous=("Red lentil curry",))
    assert answer is not None
    assert "Red lentil curry is recorded as free of nuts" in answer.text


def test_it_is_nothing_where_the_answer_before_had_several(ask: Ask) -> None:
    answer = ask("Does it contain nuts?", previous=("Red lentil curry", "Tofu bowl"))
    assert answer is not None
    assert answer.handoff == "allergen_unknown"
    assert "free of" not in answer.text


def test_a_changed_recipe_voids_the_verification(ask: Ask) -> None:
    Item.objects.filter(name="Red lentil curry").edit(description="Now with cashew cream")
    answer = ask("Is the lentil curry nut free?")
    assert answer is not None
    assert "was changed since it was checked for nuts" in answer.text
    assert answer.handoff == "allergen_unknown"
    assert answer.cards[0]["allergens"]["verified_free"] == []


def test_a_price_is_no_recipe(ask: Ask) -> None:
    Item.objects.filter(name="Red lentil curry").edit(price="18.00", sold_out=True)
    answer = ask("Is the lentil curry nut free?")
    assert answer is not None
    assert "recorded as free of nuts" in answer.text


def test_the_record_is_dated_in_the_propertys_time_zone(ask: Ask, bistro: Property) -> None:
    late = datetime.datetime(2026, 11, 3, 23, 30, tzinfo=datetime.UTC)
    ItemAllergen.objects.filter(item__name="Red lentil curry").update(recorded_at=late)
    answer = ask("Is the lentil curry nut free?")
    assert answer is not None
    assert "record of 2026-11-04" in answer.text


def test_who_says_nuts_is_told_of_peanuts_too(ask: Ask, bistro: Property) -> None:
    satay = make_item(bistro, "Satay", description="With rice")
    satay.record_allergens({"nuts": "verified_free", "peanuts": "contains"})
    answer = ask("Is the satay nut-free?")
    assert answer is not None
    assert "Satay contains peanuts" in answer.text
    listed = ask("What is nut-free?")
    assert listed is not None
    assert "Satay" not in listed.text


def test_shellfish_is_crustaceans_and_molluscs(ask: Ask) -> None:
    answer = ask("Is the lentil curry free of shellfish?")
    assert answer is not None
    assert "contains crustaceans is not recorded" in answer.text
    assert "contains molluscs is not recorded" in answer.text


def test_a_dish_is_found_in_the_guests_own_language(ask: Ask) -> None:
    answer = ask("La soupe de poisson contient-elle du lait ?", "fr")
    assert answer is not None
    assert answer.handoff == "allergen_unknown"  # "poisson" is not in the dish's name
    Item.objects.get(name="Pumpkin soup").delete()
    answer = ask("La soupe contient-elle du lait ?", "fr")
    assert answer is not None
    assert "Fish soup contient : lait" in answer.text


def test_a_dish_with_one_word_of_another_is_not_taken_for_it(ask: Ask) -> None:
    for text in ("Is the pumpkin curry nut free?", "Is the almond sorbet free of milk?"):
        answer = ask(text)
        assert answer is not None
        assert answer.handoff == "allergen_unknown"
        assert answer.cards == []


@pytest.mark.parametrize(
    "text",
    ["Iets zonder gluten?", "Tem alergia a nozes, o que posso comer?", "グルテンは入っていますか？",
     "У меня аллергия на орехи", "견과류 알레르기가 있어요"],
)  # fmt: skip
def test_an_allergen_question_in_a_language_without_words_goes_to_the_staff(
    bistro: Property, text: str
) -> None:
    answer = reply(bistro, text, "en", FRIDAY_EVENING)
    assert answer is not None
    assert answer.handoff == "allergen_unknown"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Does the fish soup contain milk?", {"milk"}),
        ("Does the fish soup contain fish or milk?", {"fish", "milk"}),
        ("Does it contain fish or milk?", {"fish", "milk"}),
        ("Is there fish in it?", {"fish"}),
    ],
)
def test_what_is_asked_is_told_from_what_the_dish_is_called(
    ask: Ask, text: str, asked: set[str]
) -> None:
    answer = ask(text, previous=("Fish soup",))
    assert answer is not None
    said = {each for each in ("fish", "milk") if f"contains {each} (" in answer.text}
    assert said == asked
