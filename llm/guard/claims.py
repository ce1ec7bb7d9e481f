"""The figures of a sentence, so written that "7 am", "7:00" and "07.00 Uhr" are the same.

A figure has several readings where a text leaves several open: "10.30" is a number and a time,
"04/05" a day in April or in May. A claim holds if it shares a reading with a figure of a source.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from llm.guard.dates import RANGE, date, named_dates, numeric_date, without_months
from llm.guard.figure import Figure
from llm.guard.lexicon import LEXICONS
from llm.guard.units import CURRENCY_OF, HOURS, MERIDIEM, UNIT_OF

_BEFORE = "|".join(re.escape(word) for word in sorted(CURRENCY_OF, key=len, reverse=True))
_TLD = "com|net|org|info|eu|de|at|ch|fr|es|it|uk|co|io|app|hotel|travel|example|test|invalid"
_FIGURE = re.compile(
    rf"""
      (?P<url>(?:[a-z]{{2,12}}://|www\.)[^\s<>()\[\]"'`|]+
        |[\w.+-]{{1,64}}@[\w-]{{1,64}}(?:\.[\w-]{{1,64}}){{1,5}}
        |(?<![\w.-])(?:[a-z0-9-]{{1,40}}\.){{1,4}}(?:{_TLD})(?![\w-])(?:/[^\s<>()"'`|]*)?)
    | (?P<always>\b24/7\b|\balways\sopen\b|\baround\sthe\sclock\b|\brund\sum\sdie\suhr\b)
    | (?P<iso>\b(\d{{4}})-(\d\d)-(\d\d)\b)
    | (?P<clock>(?<![\d.,:])(?P<ch>[01]?\d|2[0-4])(?:[:h](?P<cm>[0-5]\d)
        |\.(?P<dm>[0-5]\d)(?=\s{{0,2}}(?:uhr|h\b|[ap]\.?m\b|[-–]\s{{0,2}}\d{{1,2}}[.:]\d\d)))
        (?![\d]|[.,]\d)\s{{0,2}}(?P<half>[ap]\.?\s?m\b\.?|uhr\b|h\b)?)
    | (?P<day>(?<![\d.,:/])(?P<d1>\d{{1,2}})(?P<sep>[./])(?P<d2>\d{{1,2}})
        (?:(?P=sep)(?:\d{{4}}|\d\d)?)(?![\d/]))
    | (?P<slash>(?<![\d.,:/])(?P<s1>\d{{1,2}})/(?P<s2>\d{{1,2}})(?![\d/]))
    | (?P<phone>\+\d[\d\s()/.–-]{{5,24}}\d|(?<![\d.,])\(?0[\d\s()/.–-]{{5,24}}\d
        |(?<![\d.,])\d{{3,5}}[\s/-]\d{{3,4}}[\s/-]?\d{{3,6}}|(?<![\d.,])\d{{7,15}}(?![\d.,]))
    | (?:(?P<before>{_BEFORE})\s{{0,2}})?
      (?P<number>(?<![a-zà-ÿ\d.,])\d{{1,3}}(?:[.,'’\u202f\u00a0 ]\d{{3}})+(?:[.,]\d{{1,2}})?
          (?![\d\w])
        |(?<![a-zà-ÿ\d.,])\d{{1,12}}(?:[.,]\d{{1,6}})?|(?<=[a-z£$€¥])\d{{1,12}}(?:[.,]\d{{1,6}})?)
      (?P<after>\s{{0,2}}[-\u2011]?\s{{0,1}}(?:[€$£¥₹%°²º]c?|(?:{_BEFORE})(?![a-zà-ÿ])
        |[ap]\.\s?m\b\.?|fr\.|m²|o'clock
        |[^\W\d_]{{1,12}}))?
    | (?P<noon>\bnoon\b|\bmidday\b|\bmidi\b|\bmittags?\b|\bmediodía\b|\bmezzogiorno\b)
    | (?P<midnight>\bmidnight\b|\bminuit\b|\bmitternachts?\b|\bmedianoche\b|\bmezzanotte\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AT = re.compile(
    r"\b(?:from|at|until|till|by|after|before|between|to|and|since|von|bis|ab|um|gegen|zwischen|und"
    r"|de|à|dès|vers|entre|et|a|las|y|dalle|alle|ore|le|e)\s$|\d\s?[-–]\s?$",
    re.IGNORECASE,
)
_BEFORE_TIME = 12
_ONE = re.compile(
    r"\b(?:(?<=only )one|one(?=[\s-](?:hour|night|day|week|person|minute|pet|dog)))\b"
)


def figures(text: str, language: str) -> list[Figure]:
    """All figures of `text`, in order."""
    digits = _in_digits(text, language)
    dates = list(named_dates(digits, language))
    if dates:
        digits = without_months(digits, language)
    return dates + list(_numeric(digits))


def _in_digits(text: str, language: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("’", "'")
    if language not in LEXICONS:
        return text
    if language == "en":
        text = _ONE.sub("1", text)
    numbers = LEXICONS[language].numbers

    def number(match: re.Match[str]) -> str:
        parts = re.split(r"[\s-]", match[0].lower())
        return str(sum(numbers[part] for part in parts))

    return _number_words(language).sub(number, text)


@cache
def _number_words(language: str) -> re.Pattern[str]:
    numbers = LEXICONS[language].numbers
    tens = "|".join(word for word, value in numbers.items() if 20 <= value < 100)
    ones = "|".join(word for word, value in numbers.items() if value < 10)
    words = "|".join(sorted(numbers, key=len, reverse=True))
    return re.compile(rf"\b(?:(?:{tens})[\s-](?:{ones})|{words})\b", re.IGNORECASE)


# What each alternative of the long pattern needs, so that most sentences never meet it.
_PROMISING = re.compile(
    r"\d|@|://|www\.|\.[a-z]|noon|midday|midi|minuit|mittag|midnight|mitternacht|mediod|medianoche"
    r"|mezz|always|clock|rund",
    re.IGNORECASE,
)


def _numeric(text: str) -> Iterator[Figure]:
    if not _PROMISING.search(text):
        return
    matches = [match for match in _FIGURE.finditer(text) if match.lastgroup]
    for position, match in enumerate(matches):
        figure = _figure(match)
        if figure.kind == "number" and not figure.unit:
            figure = _perhaps_time(
                figure, text[max(0, match.start() - _BEFORE_TIME) : match.start()]
            )
        following = matches[position + 1] if position + 1 < len(matches) else None
        if figure.kind == "number" and not figure.unit and following is not None:
            figure = _as_range(figure, _figure(following), text[match.end() : following.start()])
        yield figure


def _perhaps_time(figure: Figure, before: str) -> Figure:
    """The 7 in "from 7 to 10" is a number, and perhaps seven in the morning or evening."""
    if not (figure.value.isdigit() and int(figure.value) <= 24 and _AT.search(before)):
        return figure
    hour = int(figure.value)
    times = {("time", str(each % 24 * 60)) for each in (hour, hour + 12)}
    return figure._replace(readings=figure.readings | times)


def _as_range(figure: Figure, end: Figure, between: str) -> Figure:
    """In "7 to 10 am" the 7 is a time, in "12-15 EUR" the 12 a price."""
    if not RANGE.fullmatch(between.lower()):
        return figure
    if end.kind == "time" and figure.value.isdigit() and int(figure.value) <= 24:
        return _range_start(int(figure.value), end)
    if end.unit:
        return Figure(end.kind, frozenset({(end.unit, figure.value)}), figure.value, end.unit)
    return figure


def _range_start(hour: int, end: Figure) -> Figure:
    """The 7 in "7 to 10 pm" is 19:00, the 10 in "10 to 2 pm" is 10:00."""
    half = ""
    if end.unit:
        ((_, minutes),) = end.readings
        last = int(minutes) // 60
        half = "pm" if last >= 12 and hour % 12 < last % 12 else "am"
    return _time(hour, 0, half)


def _figure(match: re.Match[str]) -> Figure:
    if match["url"]:
        return Figure("url", frozenset({("url", _bare_url(match["url"]))}))
    if match["always"]:
        return Figure("number", frozenset({("hour", "24"), ("", "24")}), "24", "hour")
    if match["iso"]:
        _, month, day = match["iso"].split("-")
        return date(int(month), int(day))
    if match["clock"]:
        return _time(int(match["ch"]), int(match["cm"] or match["dm"]), match["half"] or "")
    if match["day"]:
        return numeric_date(match["d1"], match["d2"])
    if match["slash"]:
        return numeric_date(match["s1"], match["s2"])
    if match["phone"]:
        digits = re.sub(r"\(0\)|\D", "", match["phone"])
        return Figure("phone", frozenset({("phone", digits)}))
    if match["noon"]:
        return Figure("time", frozenset({("time", "720")}), "12")
    if match["midnight"]:
        return Figure("time", frozenset({("time", "0")}), "0")
    return _number(match["number"], match["before"] or "", match["after"] or "")


def _number(digits: str, before: str, after: str) -> Figure:
    value = _decimal(digits)
    unit = after.lower().strip(" -\u2011")
    currency = CURRENCY_OF.get(before.lower()) or CURRENCY_OF.get(unit)
    if currency:
        return Figure("price", frozenset({(currency, value)}), value, currency)
    half = MERIDIEM.get(unit.replace(" ", ""))
    if (half or unit in HOURS) and value.isdigit() and int(value) <= 24:
        return _time(int(value), 0, half or "")
    known = UNIT_OF.get(unit, "")
    readings = {(known, value)}
    if not known and re.fullmatch(r"\d{1,2}\.[0-5]\d", digits):
        hour, minute = map(int, digits.split("."))
        readings.add(("time", str(hour * 60 + minute)))
    elif not known and re.fullmatch(r"(?:[01]\d|2[0-3])[0-5]\d", digits):
        readings.add(("time", str(int(digits[:2]) * 60 + int(digits[2:]))))
    return Figure("number", frozenset(readings), value, known)


def _decimal(digits: str) -> str:
    """One spelling for "1,500", "1.500", "1 500" and for "19.00", "19,0", "19"."""
    whole = re.fullmatch(r"(\d{1,3}(?:[.,'’\s]\d{3})+)(?:[.,](\d{1,2}))?", digits)
    if whole:
        integer, fraction = re.sub(r"\D", "", whole[1]), whole[2] or ""
    else:
        integer, _, fraction = digits.replace(",", ".").partition(".")
    fraction = fraction.rstrip("0")
    integer = integer.lstrip("0") or "0"
    return f"{integer}.{fraction}" if fraction else integer


def _time(hour: int, minute: int, half: str) -> Figure:
    half = half.lower().replace(".", "").replace(" ", "")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    if half not in {"am", "pm"}:
        half = ""
    value = str(hour % 12 or 12) if half else str(hour)
    return Figure("time", frozenset({("time", str(hour % 24 * 60 + minute))}), value, half)


def _bare_url(url: str) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", url.lower())
    return bare.rstrip(".,;:!?/'\"*_")
