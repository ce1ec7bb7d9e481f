"""A greeting, thanks or a goodbye and nothing else, answered without asking the staff.

The whole text must be small talk: "hello, when is breakfast?" is a question.
"""

import re
from pathlib import Path
from typing import Literal

from reading.wording import plain, read

SmallTalk = Literal["greeting", "thanks", "bye"]

KINDS: tuple[SmallTalk, ...] = ("thanks", "bye", "greeting")
"""The first that is said at all counts: "thank you, goodbye" and "ok, bye" are thanks."""


def kind(text: str) -> SmallTalk | None:
    """What small talk the guest's `text` is, in any language of smalltalk.toml."""
    words = plain(text).replace(" . ", " ")
    if not words or not _ONLY_SMALL_TALK.fullmatch(words):
        return None
    return next((each for each in KINDS if _SAID[each].search(words)), None)


def _one_of(*names: str) -> re.Pattern[str]:
    """Whole phrases of smalltalk.toml, the longest first; signs of Chinese stand without spaces."""
    phrases = {plain(each) for table in _TABLES.values() for name in names for each in table[name]}
    return re.compile("|".join(sorted(map(re.escape, phrases), key=len, reverse=True)))


_TABLES = read(Path(__file__).with_suffix(".toml"))
_SAID = {each: re.compile(rf"(?<!\S)(?:{_one_of(each).pattern})(?!\S)") for each in KINDS}
_ONLY_SMALL_TALK = re.compile(rf"(?:(?:{_one_of(*KINDS, 'besides').pattern})(?:\s+|$))+")
