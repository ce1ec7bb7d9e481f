"""Languages are offered in words, the guests' own first, and none is chosen by accident."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from faq.models import Faq, FaqTranslation
from properties.models import Property
from tests.admin.conftest import SignIn
from tests.admin.pages import address, form_values


@pytest.fixture
def faq(hotel: Property) -> Faq:
    Property.objects.filter(pk=hotel.pk).update(languages=["it", "de"])
    return Faq.objects.get(property=hotel, question="Is there Wi-Fi?")


def offered(client: Client, url: str, language: str = "en") -> list[object]:
    page = client.get(url, headers={"accept-language": language})
    formset = page.context["inline_admin_formsets"][0].formset
    return list(formset.empty_form.fields["language"].choices)


def test_the_guests_own_languages_come_first_and_none_is_chosen(office: Client, faq: Faq) -> None:
    nothing, own, others = offered(office, address(Faq, "change", faq.pk))
    assert nothing == ("", "Choose a language")
    assert own == ("Your guests' languages", [("it", "Italian"), ("de", "German")])
    assert ("fr", "French") in others[1]  # type: ignore[index]
    assert not {"it", "de"} & {code for code, _ in others[1]}  # type: ignore[index]


def test_they_are_called_as_the_person_calls_them(office: Client, faq: Faq) -> None:
    _, own, _ = offered(office, address(Faq, "change", faq.pk), "de")
    assert own[1] == [("it", "Italienisch"), ("de", "Deutsch")]  # type: ignore[index]


def test_a_new_faq_offers_them_too(office: Client, faq: Faq) -> None:
    assert offered(office, address(Faq, "add"))[1][1][0] == ("it", "Italian")  # type: ignore[index]


def test_a_stranger_s_languages_are_not_offered_first(
    sign_in: SignIn, stranger: User, faq: Faq
) -> None:
    assert offered(sign_in(stranger), address(Faq, "add"))[1] == ("af", "Afrikaans")


def test_two_pages_at_once_do_not_mix_their_languages(
    office: Client, sign_in: SignIn, stranger: User, faq: Faq
) -> None:
    page = office.get(address(Faq, "add"))
    sign_in(stranger).get(address(Faq, "add"))
    choices = page.context["inline_admin_formsets"][0].formset.empty_form.fields["language"].choices
    assert choices[1][0] == "Your guests' languages"


def test_a_translation_without_a_language_is_not_saved(office: Client, faq: Faq) -> None:
    url = address(Faq, "change", faq.pk)
    added = {
        "translations-TOTAL_FORMS": 1,
        "translations-0-language": "",
        "translations-0-question": "Gibt es WLAN?",
        "translations-0-answer": "Ja, kostenlos.",
    }
    page = office.post(url, {**form_values(office, url), **added})
    assert page.status_code == 200
    assert not FaqTranslation.objects.exists()
    assert "Gibt es WLAN?" in page.content.decode()


def test_lists_name_languages_in_words(office: Client, hotel: Property) -> None:
    page = office.get(address(Property, "changelist"), headers={"accept-language": "fr"})
    assert "Anglais" in page.content.decode()
