"""What a question asks for, by its wording: several things, a comparison, a plan, a negation."""

import re
from pathlib import Path
from typing import NamedTuple

from llm.wording import Phrases, plain, read

TRAITS = ("several", "comparison", "planning", "negation", "opener")
SENTENCE = re.compile(r"[^.!?。！？؟;\n]+[.!?。！？؟]*")
MARKS = "?？؟"
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

_TABLES = read(Path(__file__).with_name("shape.toml"))
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
