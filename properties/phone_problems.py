"""What is wrong with a telephone number that staff wrote, in words that say what to write."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from properties.phones import (
    MOST_DIGITS,
    count_digits,
    is_local,
    is_public,
    is_short_with_country,
    parse,
    short_number,
)
from properties.plain_text import plain


def problem(written: str, region: str) -> str:
    """What is wrong with a number of the staff, and what to write instead; "" where nothing is."""
    text = plain(written).removeprefix("tel:")
    if short_number(text, region):
        return ""
    try:
        number = parse(text, region)
    except NumberParseException as error:
        return _unreadable(text, region, error)
    if _has_words(text, number):
        return f"Only the number itself{_for_example(region)}."
    if is_short_with_country(number):
        short = number.national_number
        return f"{short} is dialled without a country code: write {short} alone."
    if is_local(text, number, region):
        return f"Its area code is missing. Write the whole number{_for_example(region)}."
    return _odd_length(number, region)


def emergency_problem(written: str, region: str) -> str:
    """As `problem`, for a number that has to ring from every guest's own phone."""
    if found := problem(written, region):
        return found
    short = short_number(plain(written).removeprefix("tel:"), region)
    if short and not (is_public(short, region) or (not region and len(short) > 2)):
        return (
            f"Guests call from their own phones, where {written} does not ring. Write the whole "
            f"number{_for_example(region)}, or a public one, such as 112."
        )
    return ""


def helpline_problem(written: str, region: str) -> str:
    """As `emergency_problem`, but three digits or more are taken at their word.

    Helplines have short numbers that phonenumbers does not know: 113 in the Netherlands, 109 in
    South Korea.
    """
    text = plain(written).removeprefix("tel:")
    if re.fullmatch(r"[\d\s/.-]+", text) and len(short_number(text, region)) > 2:
        return ""
    return emergency_problem(written, region)


def _has_words(text: str, number: PhoneNumber) -> bool:
    """Letters that stand for no digits ("1-800-FLOWERS") and for no extension ("ext. 12")."""
    if number.extension:
        text = re.sub(rf"[^\W\d_.:=;\s]*[\s.:=;#]*{number.extension}#?$", "", text)
    if re.search(r"[^\W\d_]", text) is None:
        return False
    return not (phonenumbers.is_alpha_number(text) and phonenumbers.is_valid_number(number))


def _odd_length(number: PhoneNumber, region: str) -> str:
    """Too long is for ITU to say: behind a switchboard, numbers outgrow their country's plan."""
    if count_digits(number) > MOST_DIGITS:
        return _too_long(region)
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason in {ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}:
        return f"Digits are missing. Write the whole number{_for_example(region)}."
    return ""


def _unreadable(text: str, region: str, error: NumberParseException) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        if text.startswith(("+", "(+", "00")):
            return f"No country has this code behind the +. Check it{_for_example(region)}."
        return (
            "Write the country's code too, as in +43 512 5550: this property's country is not "
            "known."
        )
    if error.error_type == NumberParseException.NOT_A_NUMBER:
        return f"This is not one phone number. Write it{_for_example(region)}."
    if error.error_type == NumberParseException.TOO_LONG:
        return _too_long(region)
    return f"Digits are missing. Write the whole number{_for_example(region)}."


def _too_long(region: str) -> str:
    return f"Too many digits for one number. Write one number only{_for_example(region)}."


def _for_example(region: str) -> str:
    example = phonenumbers.example_number(region) if region else None
    if example is None:
        return ", for example +43 512 5550"
    shown = phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL)
    return f", for example {shown}"
