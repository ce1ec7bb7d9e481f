"""Phone numbers as staff write them, and what a guest's phone dials for them.

What was written is shown as it stands. A link carries E.164 ("+43512555099"), which rings from any
country: what people write for each other, as the "(0)" of "+43 (0)512 …", is not dialled. Short
numbers (112, 144) are dialled as they are. An extension of the house ("12", "ext. 12") rings from
the house's own phones only, so guests read it but their phones are given nothing to dial.
"""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)

from properties.plain_text import plain

MOST_DIGITS = 15
"""Of any number in the world with its country's code: ITU-T E.164."""
SHORT_DIGITS = 6
"""Longer than any short number; no longer than most houses' extensions."""
ON_EVERY_MOBILE = frozenset({"112", "911"})
"""Emergency numbers that a mobile phone connects in every country: 3GPP TS 22.101, 10.1.1."""
NORTH_AMERICA = 1
"""The country code that some twenty countries share, the United States and Canada among them."""
EXTENSION = re.compile(
    r"(?:dial|extension|ext|internal|interno|int|anexo|poste|durchwahl|dw|klappe|nebenstelle|x|#)?"
    rf"[\s.:]*[*#]?(\d{{1,{SHORT_DIGITS}}})",
    re.IGNORECASE,
)

ORDINARY = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.UNKNOWN,
    }
)
"""Not those that are dialled without an area code: free ones, shared ones, whole companies'."""


@lru_cache(maxsize=4096)
def emergency_number(region: str = "") -> str:
    """911 where the country (ISO 3166-1) has it, also on the phone in the room; else 112, which the
    EU has, and mobile phones everywhere."""
    return "911" if phonenumbers.country_code_for_region(region) == NORTH_AMERICA else "112"


def dialled(written: str, region: str) -> str:
    """What a link `tel:` takes for what was written in `region` (ISO 3166-1, "" where unknown).

    "" where a guest's phone reaches nobody: an extension of the house, and what is no number.
    """
    text = plain(written).removeprefix("tel:")
    if short := short_number(text, region):
        return short if is_public(short, region) else ""
    try:
        number = parse(text, region)
    except NumberParseException:
        # Kept from the days when any digits were taken: as written, it rings inside the country.
        return keys(text) if re.fullmatch(r"\+?[\d\s()/.-]*", text) else ""
    if is_short_with_country(number):
        return str(number.national_number)
    if count_digits(number) > MOST_DIGITS:
        return ""
    pause = f",{number.extension}" if number.extension else ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) + pause


def keys(written: str) -> str:
    """The digits alone, as somebody would press them."""
    text = plain(written).removeprefix("tel:")
    return "+" * text.startswith(("+", "(+")) + re.sub(r"\D", "", text)


def short_number(text: str, region: str) -> str:
    """The digits of a short number or an extension; "" for anything else."""
    found = EXTENSION.fullmatch(text) or re.fullmatch(
        rf"((?:\d[\s/.-]?){{1,{SHORT_DIGITS}}})", text
    )
    if not found:
        return ""
    digits = re.sub(r"\D", "", found[1])
    return "" if not is_public(digits, region) and _is_whole(digits, region) else digits


def _is_whole(digits: str, region: str) -> bool:
    """Whether so few digits are a whole number: so it is where a country is small."""
    if not region:
        return False
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) and not is_local(digits, number, region)


def is_public(digits: str, region: str) -> bool:
    if digits in ON_EVERY_MOBILE:
        return True
    if not region or len(digits) < 2:
        return False
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException:  # "00" and "001" read as the beginning of a number abroad
        return False
    return phonenumbers.is_valid_short_number_for_region(number, region)


def parse(text: str, region: str) -> PhoneNumber:
    """The best of the ways to read it; raises NumberParseException where there is none.

    "(0)" is written also for countries that have no such zero, and 00 for "+" also where another
    prefix is dialled: the reading that is a number of its country counts.
    """
    readings = [text, text.replace("(0)", " ")]
    if re.match(r"\(?00", text):
        readings.append(re.sub(r"^\(?00\)?", "+", text))
    numbers, failures = [], []
    for each in readings:
        try:
            numbers.append(phonenumbers.parse(each, region or None))
        except NumberParseException as error:
            failures.append(error)
    if not numbers:
        raise failures[0]
    return max(numbers, key=_likelihood)


def _likelihood(number: PhoneNumber) -> tuple[bool, bool]:
    return phonenumbers.is_valid_number(number), _is_possible(number)


def _is_possible(number: PhoneNumber) -> bool:
    """By its length, with its area code."""
    return phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE


def count_digits(number: PhoneNumber) -> int:
    return len(f"{number.country_code}{phonenumbers.national_significant_number(number)}")


def is_short_with_country(number: PhoneNumber) -> bool:
    """Such as "+43 144": no phone connects an emergency number so."""
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return not _is_possible(number) and is_public(str(number.national_number), region)


def is_local(text: str, number: PhoneNumber, region: str) -> bool:
    """Where area codes begin with a zero, a number without one rings in its own town only."""
    return (
        not text.startswith(("+", "(+", "0", "(0"))
        and phonenumbers.ndd_prefix_for_region(region, True) == "0"
        and phonenumbers.number_type(number) in ORDINARY
    )
