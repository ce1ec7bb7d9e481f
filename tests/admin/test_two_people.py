"""Two people have one page open: nobody's edit is undone without a word."""

import re
from datetime import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from faq.models import Faq, FaqTranslation
from menus.models import Item, ItemAllergen, Section
from properties.models import AnswerPage, Membership, Property, QRCode
from tests.admin.conftest import SignIn
from tests.admin.pages import address, changelist_values, form_values, values_of
from tests.people import make_item, make_property, make_staff


class Page:
    """A page as one person has it open, however old it is by the time they save."""

    def __init__(self, client: Client, url: str, values: dict[str, Any]) -> None:
        self.client, self.url, self.values = client, url, values

    def save(self, **typed: Any) -> Any:
        data = {**self.values, **typed}
        return self.client.post(self.url, {k: v for k, v in data.items() if v is not None})


@pytest.fixture
def house(db: None) -> Property:
    """A hotel that nobody asks anything, so nothing of it is embedded."""
    return make_property("lakeside")


@pytest.fixture
def anna(sign_in: SignIn, house: Property) -> Client:
    return sign_in(make_staff("anna", house))


@pytest.fixture
def bert(sign_in: SignIn, house: Property) -> Client:
    return sign_in(make_staff("bert", house))


@pytest.fixture
def faq(house: Property) -> Faq:
    return Faq.objects.create(property=house, question="Pets?", answer="Dogs are welcome.")


@pytest.fixture
def curry(house: Property) -> Item:
    return make_item(house, "Lentil curry", price="17.50")


def open_page(client: Client, row: Any) -> Page:
    url = address(type(row), "change", row.pk)
    return Page(client, url, form_values(client, url))


def open_list(client: Client, model: Any, query: str = "") -> Page:
    url = address(model, "changelist") + query
    return Page(client, url, {**changelist_values(client, url), "_save": "Save"})


def told(response: Any) -> str:
    """The page, or what the next page will say."""
    if response.status_code == 302:
        return " ".join(str(message) for message in get_messages(response.wsgi_request))
    return response.content.decode()


def questions_of(response: Any) -> list[tuple[str, str, str]]:
    asked = response.context["questions"]
    return [(question.label, question.theirs, question.mine) for question in asked]


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


# --- One form ---------------------------------------------------------------------------------


def test_two_who_change_different_fields_both_have_their_way(
    anna: Client, bert: Client, faq: Faq
) -> None:
    older = open_page(anna, faq)
    open_page(bert, faq).save(answer="Dogs are welcome. Cats too.")
    response = older.save(question="Are pets allowed?")
    assert response.status_code == 302
    assert (fresh(faq).question, fresh(faq).answer) == (
        "Are pets allowed?",
        "Dogs are welcome. Cats too.",
    )
    assert "A colleague's changes to Are pets allowed? were kept: Answer." in told(response)


def test_who_is_alone_is_told_of_nobody(anna: Client, faq: Faq) -> None:
    assert "colleague" not in told(open_page(anna, faq).save(question="Are pets allowed?"))


def test_whoever_changes_the_same_is_shown_both_and_asked(
    anna: Client, bert: Client, faq: Faq
) -> None:
    older = open_page(anna, faq)
    open_page(bert, faq).save(answer="No dogs.")
    response = older.save(answer="Cats only.", question="Are pets allowed?")
    assert questions_of(response) == [("Answer", "No dogs.", "Cats only.")]
    assert "Last changed by bert" in told(response)
    assert marked(response) == ["answer"]
    assert 'value="Are pets allowed?"' in told(response)
    assert (fresh(faq).question, fresh(faq).answer) == ("Pets?", "No dogs.")


@pytest.mark.parametrize(("decision", "answer"), [("mine", "Cats only."), ("theirs", "No dogs.")])
def test_what_the_person_chooses_is_saved_with_the_rest(
    anna: Client, bert: Client, faq: Faq, decision: str, answer: str
) -> None:
    older = open_page(anna, faq)
    open_page(bert, faq).save(answer="No dogs.")
    asked = again(older, older.save(answer="Cats only.", question="Are pets allowed?"))
    assert asked.save(**{"answer-decided": decision}).status_code == 302
    assert (fresh(faq).question, fresh(faq).answer) == ("Are pets allowed?", answer)


def again(page: Page, response: Any) -> Page:
    """The page that asks, as it would be sent back."""
    forms = [response.context["adminform"].form]
    forms += [
        form
        for inline in response.context["inline_admin_formsets"]
        for form in (inline.formset.management_form, *inline.formset.forms)
    ]
    names = {question.name: "" for question in response.context["questions"]}
    return Page(page.client, page.url, {**values_of(forms), **names})


def test_whoever_chooses_nothing_is_asked_again(anna: Client, bert: Client, faq: Faq) -> None:
    older = open_page(anna, faq)
    open_page(bert, faq).save(answer="No dogs.")
    asked = again(older, older.save(answer="Cats only."))
    assert questions_of(asked.save()) == [("Answer", "No dogs.", "Cats only.")]
    assert fresh(faq).answer == "No dogs."


def test_a_third_change_while_somebody_chooses_is_asked_about(
    anna: Client, bert: Client, faq: Faq
) -> None:
    older = open_page(anna, faq)
    open_page(bert, faq).save(answer="No dogs.")
    asked = again(older, older.save(answer="Cats only."))
    open_page(bert, faq).save(answer="No animals.")
    response = asked.save(**{"answer-decided": "mine"})
    assert questions_of(response) == [("Answer", "No animals.", "Cats only.")]
    assert fresh(faq).answer == "No animals."


def test_only_who_entered_something_wrong_is_told_to_correct_it(
    anna: Client, bert: Client, faq: Faq
) -> None:
    older = open_page(anna, faq)
    open_page(bert, faq).save(answer="No dogs.")
    assert "Please correct" not in told(older.save(answer="Cats only."))
    assert "Please correct" in told(older.save(answer="Cats only.", question=""))


def test_two_who_make_the_same_change_are_not_asked(anna: Client, bert: Client, faq: Faq) -> None:
    older = open_page(anna, faq)
    open_page(bert, faq).save(answer="No dogs.")
    response = older.save(answer="No dogs.")
    assert response.status_code == 302
    assert "colleague" not in told(response)


def test_an_import_beside_an_open_page_counts_as_a_colleague(anna: Client, faq: Faq) -> None:
    older = open_page(anna, faq)
    Faq.objects.filter(pk=faq.pk).edit(answer="By import.")
    assert questions_of(older.save(answer="Mine.")) == [("Answer", "By import.", "Mine.")]


def test_a_text_of_many_lines_is_not_changed_by_being_shown(
    anna: Client, bert: Client, faq: Faq
) -> None:
    Faq.objects.filter(pk=faq.pk).edit(answer="One.\nTwo.")
    older = open_page(anna, faq)
    open_page(bert, faq).save(answer="One.\r\nTwo.\r\nThree.")
    response = older.save(answer="One.\r\nTwo.", question="Count?")
    assert response.status_code == 302
    assert "Three" in fresh(faq).answer


@pytest.mark.parametrize("shown", [None, "", "{", '"forged"', "[1]"])
def test_a_page_that_does_not_say_what_it_showed_undoes_nothing(
    anna: Client, faq: Faq, shown: str | None
) -> None:
    page = open_page(anna, faq)
    response = page.save(answer="Mine.", **{"answer-shown": shown})
    assert questions_of(response) == [("Answer", "Dogs are welcome.", "Mine.")]
    assert fresh(faq).answer == "Dogs are welcome."


def test_what_was_typed_for_a_row_that_is_gone_is_given_back(anna: Client, faq: Faq) -> None:
    older = open_page(anna, faq)
    faq.delete()
    response = older.save(answer="All that I know of <b>dogs</b>.")
    assert response.status_code == 302
    assert "Answer: All that I know of <b>dogs</b>." in told(response)
    assert "<b>dogs" not in anna.get("/admin/").content.decode()


def test_the_words_of_both_are_shown_as_text(anna: Client, bert: Client, faq: Faq) -> None:
    older = open_page(anna, faq)
    open_page(bert, faq).save(answer="<script>alert(1)</script>")
    page = told(older.save(answer="<script>alert(2)</script>"))
    assert "<script>alert" not in page
    assert "alert(1)" in page


# --- Kinds of fields --------------------------------------------------------------------------


def test_an_allergen_that_a_colleague_recorded_stays(
    anna: Client, bert: Client, curry: Item
) -> None:
    older = open_page(anna, curry)
    open_page(bert, curry).save(allergens_milk="contains")
    assert older.save(allergens_nuts="may_contain", price="18.00").status_code == 302
    assert recorded(curry) == {"milk": "contains", "nuts": "may_contain"}
    assert str(fresh(curry).price) == "18.00"


def recorded(item: Item) -> dict[str, str]:
    return dict(item.allergens.values_list("allergen", "presence"))


def test_one_allergen_is_asked_about_and_the_others_are_not(
    anna: Client, bert: Client, curry: Item
) -> None:
    older = open_page(anna, curry)
    open_page(bert, curry).save(allergens_milk="contains", allergens_eggs="contains")
    response = older.save(allergens_milk="verified_free", allergens_nuts="contains")
    assert questions_of(response) == [("Milk", "Contains", "Verified free")]
    assert marked(response) == ["allergens_milk"]
    asked = again(older, response)
    assert asked.save(**{"allergens_milk-decided": "theirs"}).status_code == 302
    assert recorded(curry) == {"milk": "contains", "eggs": "contains", "nuts": "contains"}


def marked(response: Any) -> list[str]:
    """The fields that the page shows as wrong."""
    inputs = re.findall(r"<(?:input|select|textarea)[^>]*>", told(response))
    wrong = " ".join(each for each in inputs if 'aria-invalid="true"' in each)
    return re.findall(r' name="([^"]*)"', wrong)


def test_an_allergen_written_by_the_api_is_not_undone(anna: Client, curry: Item) -> None:
    older = open_page(anna, curry)
    ItemAllergen.objects.create(item=curry, allergen="milk", presence="contains")
    older.save(name="Red curry")
    assert recorded(curry) == {"milk": "contains"}


def test_boxes_that_two_people_tick_are_all_ticked(anna: Client, bert: Client, curry: Item) -> None:
    Item.objects.filter(pk=curry.pk).edit(diets=["vegan"], days=["mon"])
    older = open_page(anna, curry)
    open_page(bert, curry).save(diets=["vegan", "halal"], days=["mon", "tue"])
    assert older.save(diets=["vegetarian"], days=[]).status_code == 302
    assert sorted(fresh(curry).diets) == ["halal", "vegetarian"]
    assert fresh(curry).days == ["tue"]


def test_times_prices_and_sections_are_compared_by_what_they_say(
    anna: Client, bert: Client, curry: Item
) -> None:
    Item.objects.filter(pk=curry.pk).edit(available_from=time(7))
    section = Section.objects.create(menu=curry.section.menu, name="Soups")
    older = open_page(anna, curry)
    open_page(bert, curry).save(section=section.pk, available_from="08:00", price="20")
    response = older.save(price="17.5", available_from="7:00", name="Curry")
    assert response.status_code == 302
    assert fresh(curry).section == section
    assert (str(fresh(curry).price), str(fresh(curry).available_from)) == ("20.00", "08:00:00")


def test_what_a_key_points_to_is_named(anna: Client, bert: Client, curry: Item) -> None:
    soups, pasta = (
        Section.objects.create(menu=curry.section.menu, name=name) for name in ("Soups", "Pasta")
    )
    older = open_page(anna, curry)
    open_page(bert, curry).save(section=soups.pk)
    response = older.save(section=pasta.pk)
    assert questions_of(response) == [("Section", "Dinner: Soups", "Dinner: Pasta")]


def test_a_photo_of_a_colleague_is_not_replaced_without_a_word(
    anna: Client, bert: Client, curry: Item, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    older = open_page(anna, curry)
    open_page(bert, curry).save(photo=picture("theirs.gif"))
    theirs = fresh(curry).photo.name
    assert older.save(name="Curry").status_code == 302
    assert theirs
    assert fresh(curry).photo.name == theirs
    response = older.save(name="Curry", photo=picture("mine.gif"))
    assert [mine for _, _, mine in questions_of(response)] == ["mine.gif"]
    assert fresh(curry).photo.name == theirs


def picture(name: str) -> SimpleUploadedFile:
    dot = (
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
        b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    )
    return SimpleUploadedFile(name, dot, "image/gif")


def test_settings_are_merged_across_their_two_pages(
    anna: Client, bert: Client, house: Property
) -> None:
    answers = open_page(anna, AnswerPage.objects.get(pk=house.pk))
    open_page(bert, house).save(name="Lakeside Hotel", languages=["de"])
    assert answers.save(floor="0.3", sure="0.8").status_code == 302
    merged = fresh(house)
    assert (merged.name, merged.languages, merged.floor) == ("Lakeside Hotel", ["de"], 0.3)


def test_two_values_that_do_not_fit_together_are_refused(
    anna: Client, bert: Client, house: Property
) -> None:
    """Each fits what its page showed, but not what the other has set meanwhile."""
    page = AnswerPage.objects.get(pk=house.pk)
    open_page(anna, page).save(floor="0.3", sure="0.8")
    older = open_page(anna, page)
    open_page(bert, page).save(floor="0.7")
    assert "Must lie above the first value, 0.7" in told(older.save(sure="0.5"))
    assert fresh(house).sure == 0.8


def test_a_role_that_was_changed_twice_is_asked_about(
    anna: Client, bert: Client, house: Property
) -> None:
    row = Membership.objects.get(user=make_staff("cora", house))
    older = open_page(anna, row)
    open_page(bert, row).save(role="editor")
    assert older.save().status_code == 302
    assert fresh(row).role == "editor"


def test_accounts_are_merged_with_the_houses_they_work_for(
    sign_in: SignIn, superuser: User, house: Property
) -> None:
    cora = make_staff("cora", house)
    root = sign_in(superuser)
    older = open_page(root, cora)
    open_page(root, cora).save(first_name="Cora", **{"memberships-0-role": "editor"})
    assert older.save(last_name="Bell", email="bell@example.com").status_code == 302
    assert fresh(cora).get_full_name() == "Cora Bell"
    assert cora.memberships.get().role == "editor"


# --- Rows below a form ------------------------------------------------------------------------


@pytest.fixture
def german(faq: Faq) -> FaqTranslation:
    return FaqTranslation.objects.create(faq=faq, language="de", question="Tiere?", answer="Ja.")


def translation(number: int, **values: Any) -> dict[str, Any]:
    return {f"translations-{number}-{name}": value for name, value in values.items()}


def test_a_translation_and_its_faq_are_changed_by_two(
    anna: Client, bert: Client, faq: Faq, german: FaqTranslation
) -> None:
    older = open_page(anna, faq)
    open_page(bert, faq).save(**translation(0, answer="Ja, Hunde."))
    older.save(answer="Dogs.", **translation(0, question="Sind Tiere erlaubt?"))
    assert (fresh(german).question, fresh(german).answer) == ("Sind Tiere erlaubt?", "Ja, Hunde.")
    assert fresh(faq).answer == "Dogs."
    assert fresh(faq).document_translations == {"de": ["Sind Tiere erlaubt?", "Ja, Hunde."]}


def test_a_translation_that_both_changed_is_asked_about_by_name(
    anna: Client, bert: Client, faq: Faq, german: FaqTranslation
) -> None:
    older = open_page(anna, faq)
    open_page(bert, faq).save(**translation(0, answer="Nein."))
    response = older.save(**translation(0, answer="Vielleicht."))
    assert [each.about for each in response.context["questions"]] == [str(german)]
    assert questions_of(response) == [("Answer", "Nein.", "Vielleicht.")]
    asked = again(older, response)
    assert asked.save(**{"translations-0-answer-decided": "mine"}).status_code == 302
    assert fresh(german).answer == "Vielleicht."


def test_rows_added_meanwhile_stay(
    anna: Client, bert: Client, faq: Faq, german: FaqTranslation
) -> None:
    older = open_page(anna, faq)
    new = translation(1, language="fr", question="Animaux?", answer="Oui.")
    open_page(bert, faq).save(**new, **{"translations-TOTAL_FORMS": 2})
    assert older.save(**translation(0, answer="Ja!")).status_code == 302
    assert dict(faq.translations.values_list("language", "answer")) == {"de": "Ja!", "fr": "Oui."}


def test_a_row_deleted_meanwhile_does_not_come_back_by_itself(
    anna: Client, faq: Faq, german: FaqTranslation
) -> None:
    older = open_page(anna, faq)
    german.delete()
    assert older.save(answer="Dogs.").status_code == 302
    assert not faq.translations.exists()


@pytest.mark.parametrize("decision", ["mine", "theirs"])
def test_a_row_that_one_changed_and_the_other_deleted_is_asked_about(
    anna: Client, faq: Faq, german: FaqTranslation, decision: str
) -> None:
    french = FaqTranslation.objects.create(faq=faq, language="fr", question="A?", answer="Oui.")
    older = open_page(anna, faq)
    german.delete()
    response = older.save(**translation(0, answer="Ja, Hunde."))
    assert questions_of(response) == [("the whole row", "deleted", "Answer: Ja, Hunde.")]
    assert "Ja, Hunde." in told(response)
    assert "A?" in told(response), "the row after the one that is gone"
    asked = again(older, response)
    assert questions_of(asked.save()) != []
    assert asked.save(**{"translations-0-decided": decision}).status_code == 302
    kept = {"fr": french.answer, **({"de": "Ja, Hunde."} if decision == "mine" else {})}
    assert dict(faq.translations.values_list("language", "answer")) == kept


@pytest.mark.parametrize("decision", ["mine", "theirs"])
def test_deleting_what_a_colleague_has_just_written_is_asked_about(
    anna: Client, bert: Client, faq: Faq, german: FaqTranslation, decision: str
) -> None:
    older = open_page(anna, faq)
    open_page(bert, faq).save(**translation(0, answer="Ja, Hunde."))
    response = older.save(**translation(0, DELETE="on"))
    assert questions_of(response) == [("the whole row", "Answer: Ja, Hunde.", "deleted")]
    assert "A colleague changed what you delete" in told(response)
    assert "Please correct" not in told(response)
    assert faq.translations.exists()
    asked = again(older, response)
    assert questions_of(asked.save()) != []
    assert asked.save(**{"translations-0-decided": decision}).status_code == 302
    assert faq.translations.exists() == (decision == "theirs")


def test_a_row_that_both_delete_is_deleted(anna: Client, faq: Faq, german: FaqTranslation) -> None:
    older = open_page(anna, faq)
    german.delete()
    assert older.save(**translation(0, DELETE="on")).status_code == 302


def test_sections_that_one_renames_and_the_other_reorders(
    anna: Client, bert: Client, curry: Item
) -> None:
    menu = curry.section.menu
    soups = Section.objects.create(menu=menu, name="Soups", position=1)
    older = open_page(anna, menu)
    open_page(bert, menu).save(**{"sections-0-position": 1, "sections-1-position": 0})
    assert older.save(**{"sections-1-name": "Soups and stews"}).status_code == 302
    assert list(menu.sections.values_list("name", flat=True)) == ["Soups and stews", "Mains"]
    assert fresh(soups).name == "Soups and stews"


def test_two_orders_are_one_question(anna: Client, bert: Client, curry: Item) -> None:
    menu = curry.section.menu
    for position, name in enumerate(("Soups", "Wine"), 1):
        Section.objects.create(menu=menu, name=name, position=position)
    older = open_page(anna, menu)
    open_page(bert, menu).save(**order(1, 0, 2))
    response = older.save(**order(2, 1, 0))
    assert questions_of(response) == [
        (
            "the order",
            "Dinner: Soups, Dinner: Mains, Dinner: Wine",
            "Dinner: Wine, Dinner: Soups, Dinner: Mains",
        )
    ]
    asked = again(older, response)
    assert asked.save(**{"sections-position-decided": "mine"}).status_code == 302
    assert list(menu.sections.values_list("name", flat=True)) == ["Wine", "Soups", "Mains"]


def order(*positions: int) -> dict[str, int]:
    return {f"sections-{row}-position": position for row, position in enumerate(positions)}


def test_two_who_add_the_same_row_have_added_one(anna: Client, bert: Client, faq: Faq) -> None:
    older = open_page(anna, faq)
    new = translation(0, language="fr", question="Animaux?", answer="Oui.")
    new["translations-TOTAL_FORMS"] = 1
    open_page(bert, faq).save(**new)
    assert older.save(**new).status_code == 302
    response = older.save(**{**new, "translations-0-answer": "Non."})
    assert questions_of(response) == [("Answer", "Oui.", "Non.")]
    asked = again(older, response)
    assert asked.save(**{"translations-0-answer-decided": "mine"}).status_code == 302
    assert list(faq.translations.values_list("language", "answer")) == [("fr", "Non.")]


# --- Lists ------------------------------------------------------------------------------------


@pytest.fixture
def dishes(house: Property) -> list[Item]:
    names = ("Broth", "Curry", "Dumplings", "Eel")
    return [make_item(house, name, price="10.00") for name in names]


def test_one_change_in_an_old_list_undoes_nothing(
    anna: Client, bert: Client, dishes: list[Item]
) -> None:
    older = open_list(anna, Item)
    chosen = {"action": "mark_sold_out", "_selected_action": [dish.pk for dish in dishes[:3]]}
    bert.post(address(Item, "changelist"), chosen)
    Item.objects.filter(pk=dishes[3].pk).edit(price="12.00")
    response = older.save(**{"form-0-price": "11.00"})
    assert "1 menu item was changed successfully." in told(response)
    rows = Item.objects.order_by("name")
    assert [(row.name, str(row.price), row.sold_out) for row in rows] == [
        ("Broth", "11.00", True),
        ("Curry", "10.00", True),
        ("Dumplings", "10.00", True),
        ("Eel", "12.00", False),
    ]


def test_a_price_that_both_changed_is_asked_about_in_the_list(
    anna: Client, bert: Client, dishes: list[Item]
) -> None:
    older = open_list(anna, Item)
    open_list(bert, Item).save(**{"form-1-price": "12.00"})
    response = older.save(**{"form-1-price": "13.00", "form-2-sold_out": "on"})
    assert [each.about for each in response.context["questions"]] == ["Curry"]
    assert questions_of(response) == [("Price", "12.00", "13.00")]
    assert marked(response) == ["form-1-price"]
    assert "Please correct" not in told(response)
    assert "Please correct" in told(older.save(**{"form-1-price": "dear"}))
    assert not Item.objects.filter(sold_out=True).exists()
    forms = response.context["cl"].formset
    values = values_of([forms.management_form, *forms.forms])
    asked = Page(anna, older.url, {**values, "_save": "Save"})
    assert asked.save(**{"form-1-price-decided": "mine"}).status_code == 302
    assert str(fresh(dishes[1]).price) == "13.00"
    assert fresh(dishes[2]).sold_out


def test_rows_of_a_list_are_known_by_key_however_it_is_sorted_by_now(
    anna: Client, bert: Client, dishes: list[Item]
) -> None:
    order = "?o=3"  # by price
    for dish, price in zip(dishes, ("1.00", "2.00", "3.00", "4.00"), strict=True):
        Item.objects.filter(pk=dish.pk).edit(price=price)
    older = open_list(anna, Item, order)
    open_list(bert, Item, order).save(**{"form-0-price": "9.00"})
    assert older.save(**{"form-3-price": "5.00"}).status_code == 302
    assert [str(fresh(dish).price) for dish in dishes] == ["9.00", "2.00", "3.00", "5.00"]


def pairs(response: Any) -> Any:
    changelist = response.context["cl"]
    return zip(changelist.result_list, changelist.formset.forms, strict=True)


def test_a_refused_list_shows_each_row_beside_its_own_values(
    anna: Client, bert: Client, dishes: list[Item]
) -> None:
    older = open_list(anna, Item)
    Item.objects.filter(pk=dishes[0].pk).edit(name="Zander")
    response = older.save(**{"form-0-price": "dear"})
    assert [(row.pk, form.instance.pk) for row, form in pairs(response)] == [
        (dish.pk, dish.pk) for dish in dishes
    ]


def test_rows_of_a_list_that_are_gone_are_told_of(anna: Client, dishes: list[Item]) -> None:
    older = open_list(anna, Item)
    dishes[0].delete()
    dishes[1].delete()
    response = older.save(**{"form-0-price": "11.00", "form-2-price": "12.00"})
    assert response.status_code == 302
    assert "1 that you changed were deleted meanwhile" in told(response)
    assert str(fresh(dishes[2]).price) == "12.00"


def test_switches_of_every_other_list_are_merged(
    anna: Client, bert: Client, house: Property, faq: Faq
) -> None:
    other = Faq.objects.create(property=house, question="Quiet hours?", answer="From 22:00.")
    codes = [QRCode.objects.create(property=house, place=f"Room {n}") for n in (1, 2)]
    rows: list[tuple[list[Any], str]] = [([faq, other], "published"), (codes, "active")]
    for both, name in rows:
        older = open_list(anna, type(both[0]))
        open_list(bert, type(both[0])).save(**{f"form-0-{name}": None})
        assert older.save(**{f"form-1-{name}": None}).status_code == 302
        assert [getattr(fresh(row), name) for row in both] == [False, False]


# --- Strangers --------------------------------------------------------------------------------


def test_a_stranger_is_asked_nothing_about_foreign_rows(
    sign_in: SignIn, anna: Client, faq: Faq
) -> None:
    page = open_page(anna, faq)
    page.client = sign_in(make_staff("stranger", make_property("elsewhere")))
    response = page.save(**{"answer-shown": '"?"', "answer": "Mine."})
    assert response.status_code == 302
    assert "Dogs" not in told(response)
    assert fresh(faq).answer == "Dogs are welcome."
