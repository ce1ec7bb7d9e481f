"""Days and months, by their names and by their numbers."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from llm.guard.figure import Figure
from llm.guard.lexicon import LEXICONS

RANGE = re.compile(
    r"\s*(?:[-–—]|to|and|or|until|till|til|bis|und|oder|à|et|ou|a|y|o|e|al|alle|hasta|through|-?)\s*"
    r"(?:las\s+|le\s+|the\s+)?"
)
"""What stands between the ends of "7 to 10" and "Monday to Friday"."""
_DAILY = re.compile(
    r"\b(?:daily|every ?day|each day|7 days|all week|24/7|täglich|jeden tag|tous les jours"
    r"|chaque jour|cada día|todos los días|a diario|diario|ogni giorno|tutti i giorni)\b",
    re.IGNORECASE,
)


def is_daily(text: str) -> bool:
    """Whether what is said holds for every day of the week."""
    return _DAILY.search(text) is not None


def date(month: int, day: int) -> Figure:
    return Figure("date", frozenset({("date", f"{month}-{day}")}), str(day))


def numeric_date(first: str, second: str) -> Figure:
    either = {("date", f"{int(second)}-{int(first)}"), ("date", f"{int(first)}-{int(second)}")}
    return Figure("date", frozenset(either), f"{first}/{second}")


def named_dates(text: str, language: str) -> Iterator[Figure]:
    """Weekdays and months by their names, with the day of the month that stands beside them."""
    lexicon = LEXICONS.get(language)
    if lexicon is None:
        return
    last_day, last_end = 0, -1
    for match in _days(language).finditer(text):
        day = lexicon.days[match["day"].lower()]
        if last_end >= 0 and RANGE.fullmatch(text[last_end : match.start()].lower()):
            between = text[last_end : match.start()].strip().lower()
            if between not in {"and", "or", "und", "oder", "et", "ou", "y", "o", "e", ""}:
                for each in _cycle(last_day, day, 7):
                    yield Figure("date", frozenset({("day", str(each))}))
        yield Figure("date", frozenset({("day", str(day))}))
        last_day, last_end = day, match.end()
    for match in _months(language).finditer(text):
        month = lexicon.months.get(match["month"]) or lexicon.months.get(match["month"].lower())
        if month is None or (language == "en" and not match.start() and month in {3, 5}):
            continue
        yield Figure("date", frozenset({("month", str(month))}))
        day_of_month = match["before"] or match["after"]
        if day_of_month:
            yield date(month, int(day_of_month))


def without_months(text: str, language: str) -> str:
    """The text without the months that `named_dates` finds, and their days."""
    return _months(language).sub(" ; ", text)


def _cycle(first: int, last: int, length: int) -> Sequence[int]:
    between = []
    while (first := first % length + 1) != last:
        between.append(first)
    return between


@cache
def _days(language: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?P<day>{'|'.join(LEXICONS[language].days)})\b", re.IGNORECASE)


@cache
def _months(language: str) -> re.Pattern[str]:
    # "May" and "March" are verbs in lower case.
    names = LEXICONS[language].months
    months = "|".join(f"(?-i:{name})" if name.istitle() else name for name in names)
    return re.compile(
        rf"(?:\b(?P<before>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s(?:of\s|de\s)?)?"
        rf"\b(?P<month>{months})\b(?:\s(?P<after>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:))?",
        re.IGNORECASE,
    )
