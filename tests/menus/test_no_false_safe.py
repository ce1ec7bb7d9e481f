"""No dish is called free of an allergen without a record that holds: dish × allergen × wording."""

import datetime
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from menus.allergens import Allergen
from menus.models import Item, ItemAllergen
from menus.phrases import SENTENCES
from menus.query import Record
from menus.replies import reply
from menus.verdicts import judge
from properties.models import Property
from tests.people import make_item, make_property

NOW = datetime.datetime(2026, 11, 20, 19, tzinfo=datetime.UTC)
DISHES = ("Lentil curry", "Goulash", "Crêpe Suzette", "Rack of lamb")
STATES = ("contains", "may_contain", "verified_free", "unknown", "missing", "void")
WARNS = {"contains", "may_contain"}

WORDS = {
    "en": ("gluten", "prawns", "eggs", "fish", "peanuts", "soya", "milk", "nuts", "celery",
           "mustard", "sesame", "sulphites", "lupin", "mussels"),
    "de": ("Gluten", "Garnelen", "Eier", "Fisch", "Erdnüsse", "Soja", "Milch", "Nüsse", "Sellerie",
           "Senf", "Sesam", "Sulfite", "Lupinen", "Muscheln"),
    "fr": ("gluten", "crevettes", "œufs", "poisson", "arachides", "soja", "lait", "noix", "céleri",
           "moutarde", "sésame", "sulfites", "lupin", "moules"),
    "es": ("gluten", "gambas", "huevo", "pescado", "cacahuetes", "soja", "leche", "nueces", "apio",
           "mostaza", "sésamo", "sulfitos", "altramuces", "mejillones"),
    "it": ("glutine", "gamberi", "uova", "pesce", "arachidi", "soia", "latte", "noci", "sedano",
           "senape", "sesamo", "solfiti", "lupini", "cozze"),
}  # fmt: skip
FRAMES = [
    ("en", "Does the {dish} contain {allergen}?"),
    ("en", "Is the {dish} {allergen}-free?"),
    ("en", "Is the {dish} free of {allergen}?"),
    ("en", "I'm allergic to {allergen}, can I eat the {dish}?"),
    ("en", "Is there any {allergen} in the {dish}?"),
    ("en", "so the {dish} doesn't contain {allergen}, right"),
    ("en", "is the {dish} safe for me with my {allergen} allergy"),
    ("en", "{dish} without {allergen} please"),
    ("de", "Enthält {dish} {allergen}?"),
    ("de", "Ist {dish} ohne {allergen}?"),
    ("de", "Ich bin allergisch gegen {allergen}. Kann ich {dish} essen?"),
    ("fr", "{dish} contient du {allergen} ?"),
    ("fr", "Je suis allergique : {allergen}. Puis-je manger {dish} ?"),
    ("fr", "Est-ce que {dish} est sans {allergen} ?"),
    ("es", "¿Contiene {allergen} el {dish}?"),
    ("es", "Tengo alergia a {allergen}, ¿puedo comer {dish}?"),
    ("it", "{dish} contiene {allergen}?"),
    ("it", "Sono allergico a {allergen}, posso mangiare {dish}?"),
]
SAFE = re.compile(
    r"\bfree of|\bsafe\b|\bfrei von|\bohne\b|\bsans\b|\bsin\b|\bsenza\b|sicher|sûr|seguro|sicuro"
)


def test_the_word_for_safe_stands_only_in_the_sentences_that_need_a_record() -> None:
    assert {
        name
        for name, spoken in SENTENCES.items()
        if any(SAFE.search(each) for each in spoken.values())
    } == {"free", "found_free"}


@given(
    presence=st.one_of(st.sampled_from(STATES), st.text(max_size=20)),
    holds=st.booleans(),
    dated=st.booleans(),
)
def test_free_needs_a_verification_that_holds(presence: str, holds: bool, dated: bool) -> None:
    finding = judge(Record(presence, NOW if dated else None, holds))
    assert (finding == "free") == (presence == "verified_free" and holds)
    assert judge(None) == "unknown"


def examples(most: int) -> settings:
    """Of one kitchen each: its rows are made once, and put right by every example."""
    return settings(
        max_examples=most,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


@pytest.fixture
def kitchen(db: None) -> Property:
    property_ = make_property("kitchen", time_zone="Europe/Vienna")
    for name in DISHES:
        make_item(property_, name, description="As always", diets=["vegan", "gluten_free"])
    return property_


@examples(200)
@given(
    dish=st.sampled_from(DISHES),
    allergen=st.sampled_from(list(Allergen)),
    state=st.sampled_from(STATES),
    frame=st.sampled_from(FRAMES),
    change=st.sampled_from([str, str.upper, str.lower]),
)
def test_no_wording_gets_a_safe_without_a_record(
    kitchen: Property,
    dish: str,
    allergen: Allergen,
    state: str,
    frame: tuple[str, str],
    change: type[str],
) -> None:
    language, wording = frame
    _record(Item.objects.get(property=kitchen, name=dish), allergen, state)
    word = WORDS[language][list(Allergen).index(allergen)]
    answer = reply(kitchen, change(wording.format(dish=dish, allergen=word)), language, NOW)
    assert answer is not None, "an allergen question fell through"
    assert bool(SAFE.search(answer.text)) <= (state == "verified_free")
    assert answer.handoff == "allergen_unknown" or state in {*WARNS, "verified_free"}
    if answer.handoff is None:
        assert dish in answer.text
        assert len(answer.sources) == 1
    else:
        assert "+43 1 5550 100" in answer.text


def _record(item: Item, allergen: Allergen, state: str) -> None:
    """One record and no other; a void one was made for another recipe."""
    ItemAllergen.objects.filter(item__property=item.property_id).delete()
    if state == "missing":
        return
    presence = "verified_free" if state == "void" else state
    item.record_allergens({allergen.value: presence})
    if state == "void":
        ItemAllergen.objects.filter(item=item).update(recipe="0" * 32)


@pytest.mark.parametrize(("language", "wording"), FRAMES)
@pytest.mark.parametrize("state", ["verified_free", "contains"])
def test_what_is_recorded_is_answered_in_every_wording(
    kitchen: Property, language: str, wording: str, state: str
) -> None:
    """The counterpart: sending everybody to the staff would be safe, and of no use."""
    _record(Item.objects.get(property=kitchen, name="Goulash"), Allergen.MUSTARD, state)
    text = wording.format(dish="Goulash", allergen=WORDS[language][9])
    answer = reply(kitchen, text, language, NOW)
    assert answer is not None
    assert answer.handoff is None
    assert bool(SAFE.search(answer.text)) == (state == "verified_free")


LISTINGS = [
    ("en", "Which dishes contain {allergen}?"),
    ("en", "Does anything contain {allergen}?"),
    ("en", "Is there {allergen} in any of your dishes?"),
    ("de", "Welche Gerichte enthalten {allergen}?"),
    ("fr", "Quels plats contiennent du {allergen} ?"),
    ("es", "¿Qué platos contienen {allergen}?"),
    ("it", "Quali piatti contengono {allergen}?"),
]


@examples(100)
@given(
    allergen=st.sampled_from(list(Allergen)),
    state=st.sampled_from(STATES),
    frame=st.sampled_from(LISTINGS),
)
def test_no_listing_of_what_contains_is_silent_about_the_rest(
    kitchen: Property, allergen: Allergen, state: str, frame: tuple[str, str]
) -> None:
    """Of the other three dishes nothing is recorded."""
    language, wording = frame
    _record(Item.objects.get(property=kitchen, name="Goulash"), allergen, state)
    word = WORDS[language][list(Allergen).index(allergen)]
    answer = reply(kitchen, wording.format(allergen=word), language, NOW)
    assert answer is not None, "an allergen question fell through"
    assert answer.handoff == "allergen_unknown"
    assert bool(SAFE.search(answer.text)) == (state == "verified_free")
    assert all(dish in answer.text for dish in DISHES)
    assert "+43 1 5550 100" in answer.text


@examples(100)
@given(
    dish=st.sampled_from(DISHES),
    allergen=st.sampled_from(list(Allergen)),
    state=st.sampled_from(STATES),
    said=st.sampled_from(["I'm allergic to {}", "I have a {} allergy", "Is the goulash {}-free?"]),
    then=st.sampled_from(["and the {}?", "{}?", "is the {} safe?", "what about the {}"]),
)
def test_a_further_question_gets_no_safe_without_a_record(
    kitchen: Property, dish: str, allergen: Allergen, state: str, said: str, then: str
) -> None:
    _record(Item.objects.get(property=kitchen, name=dish), allergen, state)
    before = said.format(WORDS["en"][list(Allergen).index(allergen)])
    answer = reply(kitchen, then.format(dish), "en", NOW, (), [before])
    assert answer is not None, "an allergy was forgotten"
    assert dish in answer.text
    assert bool(SAFE.search(answer.text)) == (state == "verified_free")
    assert answer.handoff == "allergen_unknown" or state in {*WARNS, "verified_free"}


@examples(200)
@given(
    allergen=st.sampled_from(
        ["peanuts", "hazelnuts", "mustard", "shellfish", "almonds", "walnuts"]
    ),
    frame=st.sampled_from([wording for language, wording in FRAMES if language == "en"]),
    slip=st.data(),
)
def test_a_mistyped_allergen_is_an_allergen(
    kitchen: Property, allergen: str, frame: str, slip: st.DataObject
) -> None:
    """Two neighbours swapped, a letter lost or doubled."""
    at = slip.draw(st.integers(1, len(allergen) - 3))
    written = slip.draw(
        st.sampled_from(
            [
                allergen[:at] + allergen[at + 1] + allergen[at] + allergen[at + 2 :],
                allergen[:at] + allergen[at + 1 :],
                allergen[:at] + allergen[at] + allergen[at:],
            ]
        )
    )
    ItemAllergen.objects.filter(item__property=kitchen).delete()
    answer = reply(kitchen, frame.format(dish="Goulash", allergen=written), "en", NOW)
    assert answer is not None, "a mistyped allergen fell through"
    assert answer.handoff == "allergen_unknown"
    assert not SAFE.search(answer.text)
