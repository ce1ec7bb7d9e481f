"""What a question asks for, by its wording: several things, a comparison, a plan, a negation.

`questions_of` takes several questions apart; the comparisons and plans stay whole.
"""

import re
from pathlib import Path
from typing import NamedTuple

from reading.wording import Phrases, plain, read

TRAITS = ("several", "comparison", "planning", "negation", "opener", "asks")
MOST_QUESTIONS = 4
SENTENCE = re.compile(r"[^.!?。！？؟;\n]+[.!?。！？؟]*")
MARKS = "?？؟"
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

_ENDS = r"(?<=[?؟])\s+|(?<=？)(?=[^\s?？!！])|[.!;\n]+\s+"
_TABLES = read(Path(__file__).with_name("shape.toml"))
_JOINTS = {
    language: re.compile(rf"{_ENDS}|,?\s+(?:{table.pop('joins')})\s+", re.IGNORECASE)
    for language, table in _TABLES.items()
}
_MARKED = re.compile(_ENDS)
_PHRASES = {
    language: {trait: Phrases({language: table}, trait) for trait in TRAITS}
    for language, table in _TABLES.items()
}


class Shape(NamedTuple):
    """`words` are counted; Chinese and Japanese, which write no spaces, have one in two signs."""

    several: bool
    comparison: bool
    planning: bool
    negation: bool
    words: int

    @property
    def simple(self) -> bool:
        """One thing is asked, so that one source can answer it."""
        return not (self.several or self.comparison or self.planning)


def shape_of(text: str, language: str) -> Shape:
    """The shape of a guest's `text` in an ISO 639-1 `language`.

    A language without phrases in shape.toml is judged by its question marks and length alone.
    """
    words = plain(text)
    found = {trait: bool(each.find(words)) for trait, each in _PHRASES.get(language, {}).items()}
    return Shape(
        several=found.get("several", False) or _questions(text, language) > 1,
        comparison=found.get("comparison", False),
        planning=found.get("planning", False),
        negation=found.get("negation", False),
        words=_count(words),
    )


def questions_of(text: str, language: str) -> list[str]:
    """The single questions of a turn, in the guest's own words: at most four, the last with the
    rest of the turn, and `[text]` for a single one.

    They end at a question mark, or before "and" or a full stop where a question's first words
    follow. What asks nothing ("I have a dog.") stays with the question behind it.
    """
    parts, start = [], 0
    for joint in _JOINTS.get(language, _MARKED).finditer(text):
        part, rest = text[start : joint.start()], text[joint.end() :]
        marked = joint.start() > 0 and text[joint.start() - 1] in MARKS
        if _asks(part, language) and (_asks(rest, language) if marked else _opens(rest, language)):
            parts.append(part.strip())
            start = joint.end()
        if len(parts) == MOST_QUESTIONS - 1:
            break
    return [*parts, text[start:].strip()] if parts else [text]


def _asks(part: str, language: str) -> bool:
    words = plain(part).split()
    if _count(" ".join(words)) < 2 or _opens(f"{words[-1]} it", language):
        return False  # "when and where is it" is one question.
    return not set(MARKS).isdisjoint(part) or any(
        _opens(clause, language) for clause in part.split(",")
    )


def _opens(clause: str, language: str) -> bool:
    phrases = _PHRASES.get(language, {}).get("asks")
    first = plain(clause).partition(" . ")[0]
    return phrases is not None and phrases.find(first) is not None


def _questions(text: str, language: str) -> int:
    """Sentences that ask, by their mark or their first word, but no mere "Hello?" or "Right?"."""
    openers = _PHRASES.get(language, {}).get("opener")
    asking = 0
    for sentence in SENTENCE.findall(text):
        words = plain(sentence)
        opens = openers is not None and openers.find(words) is not None
        asking += (opens or sentence[-1] in MARKS) and _count(words) > 1
    return asking


def _count(words: str) -> int:
    unspaced = len(UNSPACED.findall(words))
    spaced = sum(each != "." for each in UNSPACED.sub("", words).split())
    return spaced + (unspaced + 1) // 2
