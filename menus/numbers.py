"""Prices and times in a guest's words: "under 20 €", "between 10 and 15", "at 10 pm"."""

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

from menus.lexicon import PRICE, Lexicon

CENT = Decimal("0.01")
CLOCK = re.compile(r"(\d):(\d\d)")
DECIMALS = re.compile(r"(\d)[.,](\d\d?)(?!\d)")
CURRENCY = re.compile(r"[€$£]|\b(?:euros?|eur|chf|usd|gbp|dollars?|pounds?)\b", re.IGNORECASE)

BETWEEN = re.compile(rf"\b(?:between|zwischen|entre|tra|fra|from|von|de|da) {PRICE} "
                     rf"(?:and|to|und|bis|et|a|y|e) {PRICE}(?!\S)")  # fmt: skip
HOUR = re.compile(
    r"\b(?:(?:at|um|a las|alle|a|around|gegen|vers|after|nach|apres|dopo le|despues de las) )?"
    r"(?:(\d{1,2})h(\d\d)|(\d{1,2}) ?(?=(?:am|pm|uhr|h|heures|o clock|ore)\b))"
    r"(?: ?(am|pm|uhr|h|heures|o clock|ore)\b)?|\b(?:at|um|a las|alle) (\d{1,2})(?! eur|\S)"
)


@dataclass(frozen=True)
class Bounds:
    """A price as the guest bounds it, both ends included."""

    least: Decimal | None = None
    most: Decimal | None = None


def spell(text: str) -> str:
    """Keep "19.50" and "22:30" in one word, where all other punctuation will be taken out."""
    text = DECIMALS.sub(r"\1p\2", CLOCK.sub(r"\1h\2", text))
    return CURRENCY.sub(" eur ", text)


def take_time(words: str) -> tuple[datetime.time | None, str]:
    """The time of day, and the words without it."""
    found = HOUR.search(words)
    if found is None:
        return None, words
    hour = int(found[1] or found[3] or found[5])
    if found[4] in {"am", "pm"} and hour <= 12:
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    minute = int(found[2] or 0)
    if hour > 23 or minute > 59:
        return None, words
    return datetime.time(hour, minute), HOUR.sub(" ", words, count=1)


def take_bounds(lexicon: Lexicon, words: str) -> tuple[Bounds, str]:
    """The bounds of a price, and the words without them. "Under 20" leaves 20 out."""
    if found := BETWEEN.search(words):
        return Bounds(*sorted(map(_price, found.groups()))), BETWEEN.sub(" ", words)
    most, words = _take(lexicon.bound("upto"), words)
    if most is None:
        most, words = _take(lexicon.bound("max"), words)
        most = most and most - CENT
    least, words = _take(lexicon.bound("atleast"), words)
    if least is None:
        least, words = _take(lexicon.bound("min"), words)
        least = least and least + CENT
    return Bounds(least, most), words


def _take(bound: re.Pattern[str], words: str) -> tuple[Decimal | None, str]:
    found = bound.search(words)
    return (_price(found[1]), bound.sub(" ", words, count=1)) if found else (None, words)


def _price(written: str) -> Decimal:
    return Decimal(written.replace("p", "."))
