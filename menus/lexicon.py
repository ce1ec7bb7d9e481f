"""The words in which guests ask for food, from words/*.toml, in all languages at once.

At once, because guests mix them, and because the language of three words cannot be told. A text is
first made plain (reading/wording.py). `Lexicon.sign` then puts a sign in place of what it knows:

    any mains without walnuts now  →  any #mains:mains without @nuts:walnuts &now:now

@ is an allergen, % a diet, # a kind of dish or a course, & a time. A frame is a phrase around them;
"@" in a frame stands for one or more allergens, "*" for the rest of a word and "…" for up to three
words.
"""

import re
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

from menus.typos import mended
from reading.wording import plain

SIGNS = {"allergens": "@", "diets": "%", "kinds": "#", "when": "&"}
COURSES = frozenset({"starters", "mains", "desserts", "sides", "snacks"})
GROUPS = {"shellfish": {"crustaceans", "molluscs"}}
SIGN = re.compile(r"([@%#&])(\w+):(\S+)")

PRICE = r"(?:eur )?(\d{1,5}(?:p\d\d?)?)(?: eur)?"  # as numbers.py spells it
LINK = r"(?:(?:and|or|und|oder|et|ou|ni|y|o|e|any|some|the|de|d|des|la|le|les|el|los) )*"
ALLERGENS = rf"{LINK}@\S+(?: {LINK}@\S+)*"

COMPOUND = re.compile(
    r"\b(\w{2,}?)(free|frei\w{0,2}|al{1,2}erg\w*|unvertraglich\w*|intoleran\w*)\b"
)
I_AM = re.compile(r"\bsoy (?=alergic|celiac[oa]|intolerante|vegan[oa]|vegetarian[oa])")

Tables = dict[str, dict[str, list[str]]]


class Lexicon:
    def __init__(self, tables: Tables) -> None:
        self._signed = [
            (sign, key, _expression(phrases))
            for table, sign in SIGNS.items()
            for key, phrases in tables[table].items()
        ]
        self._frames = {name: _expression(phrases) for name, phrases in tables["frames"].items()}
        self._bounds = {
            name: re.compile(rf"\b(?:{_any(tables['frames'][name])}) {PRICE}(?!\S)")
            for name in ("max", "upto", "min", "atleast")
        }
        self.small = frozenset(tables["words"]["small"])
        self.articles = frozenset(tables["words"]["the"])
        self._idle = re.compile("|".join(_idle_words(tables)))
        self.kinds = {key: tuple(phrases) for key, phrases in tables["kinds"].items()}
        self._feared = tuple(
            phrase for phrase in tables["mistyped"]["feared"] if phrase.rstrip("*").isalpha()
        )

    def part(self, words: str) -> str:
        """German compounds in two words; Spanish "soy" (I am) taken out, before it is soya."""
        return I_AM.sub("", COMPOUND.sub(r"\1 \2", words))

    def mend(self, words: str, strange: frozenset[str]) -> str:
        """The words with those of `strange` put right that are a mistyped allergen or allergy."""
        return " ".join(
            (mended(word, self._feared) or word) if word in strange else word
            for word in words.split()
        )

    def sign(self, words: str) -> str:
        for sign, key, expression in self._signed:
            words = expression.sub(lambda found: _sign(sign, key, found[0]), words)  # noqa: B023
        return words

    def has(self, frame: str, text: str) -> bool:
        return bool(self._frames[frame].search(text))

    def bound(self, name: str) -> re.Pattern[str]:
        """A price after one of the words of "max", "upto", "min" or "atleast"."""
        return self._bounds[name]

    def without(self, frame: str, text: str) -> str:
        return " ".join(self._frames[frame].sub(" ", text).split())

    def allergens_in(self, frame: str, signed: str) -> frozenset[str]:
        """The allergens around which this frame stands."""
        spans = " ".join(found[0] for found in self._frames[frame].finditer(signed))
        return keys("@", spans)

    def is_idle(self, word: str) -> bool:
        """Whether the word says nothing of which dish or what else is meant."""
        return bool(self._idle.fullmatch(word))


def keys(sign: str, signed: str) -> frozenset[str]:
    """What stands in `signed` under this sign: of "@", the allergens of the regulation."""
    found = {each[2] for each in SIGN.finditer(signed) if each[1] == sign}
    return frozenset(allergen for key in found for allergen in GROUPS.get(key, {key}))


@cache
def lexicon() -> Lexicon:
    """Every language's tables as one."""
    tables: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted(Path(__file__).with_name("words").glob("*.toml")):
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        for table, entries in written.items():
            for key, phrases in entries.items():
                tables[table][key] += map(_plain, phrases)
        if path.stem != "others":  # "note" is no slip for the Dutch "noten"
            for phrases in (*written["allergens"].values(), written["frames"]["allergy"]):
                tables["mistyped"]["feared"] += map(_plain, phrases)
    return Lexicon(tables)


def _plain(phrase: str) -> str:
    """As a guest's words are made plain, but with the signs of a phrase kept."""
    return "".join(
        each if each in "*…@" else plain(each) if each.strip() else " "
        for each in re.split(r"([*…@ ])", phrase)
    )


def _sign(sign: str, key: str, words: str) -> str:
    return f"{sign}{key}:{words.replace(' ', '_')}"


def _expression(phrases: list[str]) -> re.Pattern[str]:
    """The longest first, so that "red wine" is not read as "wine"."""
    return re.compile(rf"(?<!\S)(?:{_any(phrases)})(?!\S)")


def _any(phrases: list[str]) -> str:
    return "|".join(map(_pattern, sorted(phrases, key=len, reverse=True)))


def _pattern(phrase: str) -> str:
    escaped = phrase.replace("*", r"\w*").replace("… ", r" (?:\S+ ){0,3}")
    return escaped.replace("@", ALLERGENS)


def _idle_words(tables: Tables) -> set[str]:
    skipped = {"kitchen", "sold_out", "available", "elsewhere", "cheapest", "dearest", "here"}
    phrases = [
        *tables["words"].values(),
        *(each for name, each in tables["frames"].items() if name not in skipped),
    ]
    words = {word for each in phrases for phrase in each for word in phrase.split()}
    return {word.replace("*", r"\w*").replace("…", "") for word in words if "@" not in word}
