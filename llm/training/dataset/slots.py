"""Figures and names for the {slots} of what we wrote, so that the model learns to copy them."""

import random
import re
import string
import tomllib
from functools import partial
from pathlib import Path

NAMES = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))

_SLOT = re.compile(r"\{(\w+)\}")
_CURRENCIES = ["{} EUR", "{} €", "€{}", "EUR {}", "£{}", "{} GBP", "${}", "{} USD", "CHF {}"]
_CLOCKS = ["24", "24", "am", "a.m.", "AM"]
_HOURS = {
    "open": (6, 11), "morning": (6, 8), "noonish": (10, 11), "afternoon": (13, 16),
    "evening": (17, 19), "close": (20, 22), "late": (22, 23),
}  # fmt: skip
_RANGES = {
    "age": (4, 16), "age18": (18, 21), "degrees": (24, 31), "count": (8, 60), "minutes": (10, 60),
    "kilos": (5, 30), "mbit": (50, 500), "percent": (50, 90), "line": (1, 48), "number": (1, 148),
    "hours": (24, 72), "channels": (30, 120), "sqm": (16, 38), "rooms": (22, 180), "cm": (80, 95),
    "room": (101, 119), "room2": (201, 219),
}  # fmt: skip

_PRICES = {
    "price": (5, 40), "price2": (5, 40), "smallprice": (1, 6), "bigprice": (30, 250),
}  # fmt: skip


class Slots:
    """Fills slots for one property, which writes its times and prices in one way.

    The same slot has the same value within one `Values`; another fact gets other values.
    """

    def __init__(self, chance: random.Random, hotel: str) -> None:
        self._chance = chance
        self.hotel = hotel
        self._clock = chance.choice(_CLOCKS)
        self._currency = chance.choice(_CURRENCIES)
        self._domain = "".join(re.findall(r"[a-z]+", hotel.lower())) + ".example"

    def values(self) -> "Values":
        return Values(self)

    def value(self, slot: str) -> str:
        chance = self._chance
        if slot in _HOURS:
            return self._time(*_HOURS[slot])
        if slot in _RANGES:
            return str(chance.randint(*_RANGES[slot]))
        if slot in _PRICES:
            return self._price(*_PRICES[slot])
        if slot in NAMES:
            return chance.choice(NAMES[slot])
        return str(getattr(self, f"_{slot}")())

    def _time(self, first: int, last: int) -> str:
        hour, minute = self._chance.randint(first, last), self._chance.choice([0, 0, 0, 30, 15, 45])
        if self._clock == "24":
            return f"{hour}:{minute:02}"
        half = self._clock if hour < 12 else self._clock.replace("a", "p").replace("A", "P")
        return f"{(hour - 1) % 12 + 1}{f':{minute:02}' if minute else ''} {half}"

    def _price(self, low: int, high: int) -> str:
        amount = str(self._chance.randint(low, high))
        if high < 100 and self._chance.random() < 0.3:
            amount += self._chance.choice([".50", ".90", ".20"])
        return self._currency.format(amount)

    def _phone(self) -> str:
        digits = partial(self._digits, string.digits)
        return self._chance.choice(
            [
                f"+44 20 7946 0{digits(3)}",
                f"01223 {digits(6)}",
                f"+49 30 {digits(3)} {digits(4)}",
                f"+1 555 01{digits(2)} {digits(4)}",
                f"0{self._chance.randint(21, 89)} {digits(3)} {digits(2)} {digits(2)}",
            ]
        )

    def _email(self) -> str:
        who = self._chance.choice(["desk", "hello", "info", "booking", "reception", "stay"])
        return f"{who}@{self._domain}"

    def _url(self) -> str:
        page = self._chance.choice(["", "/book", "/spa", "/offers", "/visit"])
        return f"www.{self._domain}{page}"

    def _code(self) -> str:
        word = self._chance.choice(["garden", "Sunrise", "welcome", "lake", "Guest", "Anchor"])
        return self._chance.choice([word + self._pin(), self._pin(), f"{word}-{self._pin()}"])

    def _pin(self) -> str:
        return self._digits("123456789", 4)

    def _extension(self) -> str:
        return self._digits("123456789", self._chance.randint(1, 3))

    def _network(self) -> str:
        word = re.findall(r"\w+", self.hotel)[-1]
        return self._chance.choice([f"{word}-Guest", f"{word}_Free", f"{word}WiFi"])

    def _metres(self) -> int:
        return self._chance.randrange(50, 950, 50)

    def _km(self) -> str:
        return f"{self._chance.randint(1, 30)}{self._chance.choice(['', '', '.5'])}"

    def _height(self) -> str:
        return f"{self._chance.choice([1.9, 1.95, 2.0, 2.05, 2.1, 2.2])}"

    def _digits(self, of: str, count: int) -> str:
        return "".join(self._chance.choice(of) for _ in range(count))


class Values:
    """What the slots of one fact stand for, the same in the note and in the answer."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._drawn: dict[str, str] = {"hotel": slots.hotel}

    def fill(self, text: str) -> str:
        filled = _SLOT.sub(lambda match: self._value(match[1]), text)
        return filled.replace("m..", "m.")

    def _value(self, slot: str) -> str:
        if slot not in self._drawn:
            self._drawn[slot] = self._slots.value(slot)
        return self._drawn[slot]
