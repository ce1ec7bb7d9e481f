"""The single questions of a turn that asks several.

Whether it does, a learned head tells (heads.py), and two question marks. Where one ends, the marks
of all languages tell and the few words that join two questions, "and" and its like.
"""

import functools
import re

MOST = 4
FEWEST_LETTERS = 3
JOINTS = {
    "cs": "a také|a", "da": "og også|og", "de": "und auch|und|sowie", "el": "και",
    "en": "and also|and|plus", "es": "y también|y|e", "fi": "sekä|ja", "fr": "et aussi|et",
    "he": "וגם", "hi": "और", "hu": "és", "id": "dan", "it": "e anche|ed|e", "nl": "en ook|en",
    "no": "og også|og", "pl": "oraz|i|a", "pt": "e também|e", "ro": "și|şi|si",
    "ru": "а также|и", "sv": "och även|och", "tr": "ve|ayrıca", "uk": "а також|і|й|та",
    "vi": "và",
}  # fmt: skip
"""The words between two questions, by the language's ISO 639-1 code."""
JOINED = "还有|以及|それと|あと|그리고|และ|وأيضا"
"""Where no spaces stand around them."""

_MARKS = r"[?？؟;；.。!！\n]+\s*(?=\S)"
_TIME = re.compile(r"\d[.,]\d")


def parts_of(text: str, language: str) -> list[str]:
    """In the guest's own words: at most four, the last with the rest of the turn; `[text]` where
    nothing stands between two of them."""
    parts: list[str] = []
    start = 0
    for joint in _between(language).finditer(text):
        if len(parts) == MOST - 1:
            break
        # The point of 7.30 and the comma of 12,50 part nothing.
        if _TIME.match(text, max(0, joint.start() - 1)):
            continue
        part, rest = text[start : joint.start()].strip(), text[joint.end() :]
        if min(_letters(part), _letters(rest)) >= FEWEST_LETTERS:
            parts.append(part)
            start = joint.end()
    return [*parts, text[start:].strip()]


def asks_twice(text: str) -> bool:
    """Whether two sentences of it end in a question mark."""
    *asking, _ = re.split("[?？؟]", text)
    return sum(_letters(each) >= FEWEST_LETTERS for each in asking) > 1


@functools.cache
def _between(language: str) -> re.Pattern[str]:
    words = JOINTS.get(language, "&")
    return re.compile(
        rf"{_MARKS}|[,，、،]\s*(?:(?:{words})\s+)?|\s+(?:{words}|&)\s+|{JOINED}", re.IGNORECASE
    )


def _letters(text: str) -> int:
    return sum(each.isalpha() for each in text)
