"""Where a property is: its country, and how countries and time zones are called in words."""

from babel import Locale
from babel.core import UnknownLocaleError, get_global
from babel.dates import get_timezone_location
from django.utils import translation
from phonenumbers import SUPPORTED_REGIONS

NOWHERE = "ZZ"


def country_of(time_zone: str) -> str:
    """The country (ISO 3166-1) whose clock a time zone is, as CLDR has it.

    "" for UTC and for those that are called after no place ("CET"), whatever city CLDR means.
    """
    if time_zone.isupper():
        return ""
    zone = get_global("zone_aliases").get(time_zone, time_zone)
    country = get_global("zone_territories").get(zone, NOWHERE)
    return "" if country == NOWHERE else country


def countries() -> list[tuple[str, str]]:
    """Code and name, in the order of the names, in the language that is spoken now."""
    names = spoken_locale().territories
    return sorted(((code, names.get(code, code)) for code in SUPPORTED_REGIONS), key=_by_name)


def city_of(time_zone: str) -> str:
    """What people call a time zone by: the city whose clock it is."""
    return get_timezone_location(time_zone, locale=spoken_locale(), return_city=True)


def spoken_locale() -> Locale:
    """CLDR's words and formats for the language that is active in this request."""
    try:
        return Locale.parse(translation.get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _by_name(choice: tuple[str, str]) -> str:
    return choice[1]
