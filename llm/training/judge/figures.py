"""Numbers, times, prices and phone numbers of an English text, one spelling for each.

Built apart from the guard's own (llm/guard/claims.py), which is more lenient: a judge that reads
figures as the guard does would never find what the guard lets through.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from llm.guard.lexicon import LEXICONS

_NUMBERS = LEXICONS["en"].numbers
_WORD = re.compile(
    rf"\b(?:({'|'.join(_NUMBERS)})(?:[- ](one|{'|'.join(_NUMBERS)}))?)\b", re.IGNORECASE
)
_UNITS = {
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "€": "EUR", "eur": "EUR",
    "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "chf": "CHF", "francs": "CHF", "%": "percent", "percent": "percent", "min": "minute",
    "mins": "minute", "minute": "minute", "minutes": "minute", "hour": "hour", "hours": "hour",
    "day": "day", "days": "day", "night": "night", "nights": "night", "year": "year",
    "years": "year", "week": "week", "weeks": "week", "m": "metre", "metres": "metre",
    "meters": "metre", "km": "km", "kilometres": "km", "mile": "mile", "miles": "mile",
    "kg": "kg", "floor": "floor", "floors": "floor",
}  # fmt: skip
_ALWAYS = re.compile(
    r"\b(?:24/7|24 ?h|24-hours?|always (?:open|available|staffed)|around the clock)\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\d.])\+?\(?\d(?:[\s()/-]{0,2}\d){6,14}(?!\d)")
_HALF = r"(?P<{0}>[ap]\.?\s?m\b\.?)"
_RANGE = re.compile(
    rf"(\d{{1,2}})([:.]\d\d)?(\s?(?:-|–|to|until|till|and)\s?)(\d{{1,2}})([:.]\d\d)?\s?"
    rf"{_HALF.format('half')}",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    rf"(?P<noon>\bnoon\b|\bmidday\b)|(?P<midnight>\bmidnight\b)"
    rf"|(?P<before>[£€$]|\b(?:GBP|EUR|USD|CHF)\s)?\s?(?<![\w.,:])(?P<hour>\d{{1,2}})"
    rf"(?:[:.](?P<minute>[0-5]\d))?\s?{_HALF.format('half')}"
    r"|(?<![\w.,:])(?P<clock>\d{1,2}:[0-5]\d)(?![\d:])"
    r"|(?P<money>[£€$]|\b(?:GBP|EUR|USD|CHF)\s?)?(?<![\w.,:])"
    r"(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<cents>\d{1,2}))?(?:st|nd|rd|th)?(?!\d)"
    r"[\s-]?(?P<unit>[£€$%]|[A-Za-z]+)?",
    re.IGNORECASE,
)


class Figure(NamedTuple):
    """`kind` is "time" (`values` in minutes of the day), "phone" (digits) or "number".

    A time without am or pm has two values. `unit` is a currency or a measure, "" if none stands
    there.
    """

    kind: str
    values: frozenset[str]
    unit: str = ""


def figures(text: str) -> list[Figure]:
    """All of `text`, in order."""
    text = _WORD.sub(_in_digits, unicodedata.normalize("NFKC", text))
    text = _RANGE.sub(_with_both_halves, _ALWAYS.sub("24 hours", text))
    phones = [Figure("phone", frozenset({_digits(found[0])})) for found in _PHONE.finditer(text)]
    return phones + list(_short(_PHONE.sub(" ", text)))


def is_supported(claim: Figure, said: Iterable[Figure]) -> bool:
    """Whether one of the figures `said` by the sources is `claim`."""
    return any(_same(claim, other) for other in said)


def _same(claim: Figure, other: Figure) -> bool:
    if claim.kind == other.kind:
        agrees = not claim.values.isdisjoint(other.values)
        return agrees and (not claim.unit or not other.unit or claim.unit == other.unit)
    # "until 10" of "10 pm"; not the other way round, for then it would be made up which half.
    if {claim.kind, other.kind} != {"number", "time"} or claim.kind == "time" or claim.unit:
        return False
    minutes = [int(value) for value in other.values]
    spoken = {str(each // 60 % 12 or 12) for each in minutes if each % 60 == 0}
    military = {f"{each // 60:02}{each % 60:02}" for each in minutes}
    return not claim.values.isdisjoint(spoken | military)


def _short(text: str) -> Iterator[Figure]:
    for found in _FIGURE.finditer(text):
        if found["noon"] or found["midnight"]:
            yield Figure("time", frozenset({"720" if found["noon"] else "0"}))
        elif found["half"]:
            yield _time(int(found["hour"]), int(found["minute"] or 0), found["half"])
        elif found["clock"]:
            hour, minute = map(int, found["clock"].split(":"))
            yield _time(hour, minute, "")
        else:
            unit = (found["money"] or "").strip().lower() or (found["unit"] or "").lower()
            cents = (found["cents"] or "").rstrip("0")
            value = str(int(found["number"].replace(",", ""))) + (f".{cents}" if cents else "")
            yield Figure("number", frozenset({value}), _UNITS.get(unit, ""))


def _time(hour: int, minute: int, half: str) -> Figure:
    if half:
        hours = {hour % 12 + (12 if half[0].lower() == "p" else 0)}
    else:
        hours = {hour % 24, (hour + 12) % 24} if hour <= 12 else {hour % 24}
    return Figure("time", frozenset(str(each * 60 + minute) for each in hours))


def _in_digits(found: re.Match[str]) -> str:
    """ "seven" as "7", "twenty-five" as "25", "two hundred" as "200"."""
    first, then = _NUMBERS[found[1].lower()], (found[2] or "").lower()
    second = 1 if then == "one" else _NUMBERS.get(then, 0)
    if not second:
        return str(first)
    if second == 100:
        return str(first * second)
    return str(first + second) if first >= 20 and second < 10 else f"{first} {second}"


def _with_both_halves(found: re.Match[str]) -> str:
    """ "7-10 am" as "7 am - 10 am", "10-2 pm" as "10 am - 2 pm"."""
    half = found["half"].replace(".", "").replace(" ", "").lower()
    turns = int(found[1]) % 12 > int(found[4]) % 12
    first = {"am": "pm", "pm": "am"}[half] if turns else half
    return f"{found[1]}{found[2] or ''} {first}{found[3]}{found[4]}{found[5] or ''} {half}"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text).lstrip("0")
