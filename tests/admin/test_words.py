"""The frame of the admin speaks the languages that staff may choose: unfold ships in English."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client

from faq.models import Faq
from properties.models import Property
from tests.admin.pages import address

LOCALE = Path(settings.BASE_DIR, "concierge/locale")
LANGUAGES = sorted({code for code, _ in settings.LANGUAGES} - {"en"})


def written(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale=language)


def words(catalog: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Each by its forms: one, or singular and plural."""
    return {forms(message.id): forms(message.string) for message in catalog if message.id}


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES/django.mo").open("rb") as file:
        compiled = words(read_mo(file))
    said = words(written(language))
    assert compiled == said
    assert all(all(each) for each in said.values())
    assert said.keys() == words(written("de")).keys()


@pytest.mark.parametrize(
    ("language", "word"),
    [("de", "Suchen"), ("fr", "Rechercher"), ("it", "Cerca"), ("es", "Buscar"), ("en", "Type to")],
)
def test_the_frame_of_a_page_is_in_the_person_s_language(
    office: Client, hotel: Property, language: str, word: str
) -> None:
    page = office.get(address(Faq, "changelist"), headers={"accept-language": language})
    assert f'placeholder="{word}' in page.content.decode()
