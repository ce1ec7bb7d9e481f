"""The languages that content may be written in, in the words of whoever chooses among them."""

from collections.abc import Collection, Iterable

from django.conf.locale import LANG_INFO
from django.utils.text import capfirst

from properties.places import spoken_locale

CODES = frozenset(
    code for code, language in LANG_INFO.items() if len(code) == 2 and "name" in language
)
Choice = tuple[str, str]


def name_of(code: str) -> str:
    """For example "Deutsch" or "German", as the person's own language says it."""
    return capfirst(spoken_locale().languages.get(code, code))


def languages() -> list[Choice]:
    return _named(CODES)


def languages_for(guests: Collection[str]) -> list[Choice | tuple[str, list[Choice]]]:
    """For a translation: nothing is chosen yet, and the property's own come first."""
    own = [(code, name_of(code)) for code in guests]
    others = _named(CODES - set(guests))
    grouped = [("Your guests' languages", own), ("Others", others)] if own else others
    return [("", "Choose a language"), *grouped]


def _named(codes: Iterable[str]) -> list[Choice]:
    return sorted(((code, name_of(code)) for code in codes), key=lambda choice: choice[1])
