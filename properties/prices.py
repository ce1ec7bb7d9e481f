"""Prices as people write them: "15,90", "15.90 €", "1.250,00", "CHF 1'250.-", "１２．５０".

Which of point and comma begins the decimals shows in most of them, whatever language is spoken.
Where it does not ("1.250"), the house decides: its currency has no decimals, or its language groups
thousands so. Where that does not tell either, nobody guesses.
"""

import contextlib
import re
from collections.abc import Collection
from decimal import Decimal

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import get_currency_precision, get_currency_symbol

from properties.plain_text import plain

CENTS = Decimal("0.01")
USUAL_DECIMALS = 2
MOST_EXPONENT = 20  # far above any price, and below where Decimal would round
PLAIN = re.compile(r"(?P<whole>-?\d*)(?:[.,](?P<part>\d+))?")
GROUPED = re.compile(
    r"(?P<whole>-?[1-9]\d{0,2}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*"
    r"|-?[1-9]\d?(?:,\d\d)+,\d{3})"  # 12,50,000 in India
    r"(?:(?!(?P=mark))[.,](?P<part>\d+))?"
)
NUMBER = re.compile(
    r"(?P<before>[^\d-]*?)\s?(?P<number>-?[.,]?\d(?:.*\d)?)(?P<after>\D*)", re.DOTALL
)
NO_CENTS = re.compile(r"^[.,]?[-–—]*")
"""The stroke of "15.-" and "15,—"."""
MARKS = str.maketrans("’٬٫−", "''.-")
OWN_WAYS = {"CHF": {"Fr", "Fr.", "sFr."}, "EUR": {"Euro", "Euros"}, "JPY": {"円"}}
"""What CLDR does not list as a sign, though menus print it."""


class NotAPrice(ValueError):
    """Cannot be read as one price; the message says what to write."""


def read_price(written: str, currency: str = "", languages: Collection[str] = ()) -> Decimal:
    """The amount in `currency` (ISO 4217, "" where unknown), in cents if it is one of whole cents.

    `languages` are those of the house and of whoever writes, as CLDR names them ("de", "de_CH").
    Raises NotAPrice.
    """
    found = NUMBER.fullmatch(plain(written).translate(MARKS))
    if not found:
        raise NotAPrice("Write the price as a number, for example 15.90 or 15,90.")
    for sign in (found["before"], NO_CENTS.sub("", found["after"].strip())):
        _check_sign(sign.strip(), currency, languages)
    return in_cents(_read_number(found["number"], currency, languages))


def _read_number(number: str, currency: str, languages: Collection[str]) -> Decimal:
    plain, grouped = PLAIN.fullmatch(number), GROUPED.fullmatch(number)
    if plain and grouped:
        mark = grouped["mark"]
        decimals = get_currency_precision(currency) if currency else USUAL_DECIMALS
        groups = {_grouping(language) for language in languages}
        if decimals > USUAL_DECIMALS and mark not in groups:
            return _decimal(plain)
        if decimals and mark not in groups:
            raise NotAPrice(
                f"{number} can be read as {_decimal(grouped)} and as {in_cents(_decimal(plain))}: "
                f"write the one you mean, without a mark for thousands."
            )
    read = grouped or plain
    if not read:
        raise NotAPrice("Write one price only, for example 15.90, 15,90 or 1.250,00.")
    return _decimal(read)


def _decimal(read: re.Match[str]) -> Decimal:
    whole = re.sub(r"[.,' ]", "", read["whole"])
    return Decimal(f"{whole}.{read['part']}" if read["part"] else whole)


def in_cents(amount: Decimal) -> Decimal:
    """Without changing it: a third decimal that is no zero is left for its field to refuse."""
    if not amount.is_finite() or amount.adjusted() > MOST_EXPONENT:
        return amount
    in_cents = amount.quantize(CENTS)
    return in_cents if in_cents == amount else amount


def _grouping(language: str) -> str:
    try:
        return str(Locale.parse(language).number_symbols["latn"]["group"])
    except (UnknownLocaleError, ValueError):
        return ""


def _check_sign(sign: str, currency: str, languages: Collection[str]) -> None:
    """Nothing, or a name of the house's own currency: 15 $ are not 15 €."""
    if sign and sign.casefold() not in {each.casefold() for each in _names(currency, languages)}:
        known = f"; it is in {currency}" if currency else ""
        raise NotAPrice(f"Write the price without “{sign}”{known}.")


def _names(currency: str, languages: Collection[str]) -> set[str]:
    if not currency:
        return set()
    names = {currency, *OWN_WAYS.get(currency, ())}
    for language in ("en", *languages):
        with contextlib.suppress(UnknownLocaleError, ValueError):
            names.add(plain(get_currency_symbol(currency, language)))
    return names
