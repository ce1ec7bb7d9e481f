"""A question that leans on the one before, made to stand alone.

"And on Sunday?" has no subject of its own, "how much is it?" points at one, and "what about the
sauna?" has a subject but asks nothing. The words that a question may consist of and still lack a
subject stand in followup.toml. All other questions stay as they are: putting the last question
before every question takes recall@1 from .935 to .625 (docs/retrieval.md).
"""

import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from llm.base import Turn
from reading.wording import plain, read

LONGEST = 9
"""Words; whoever says more says what it is about."""

_NUMBER = re.compile(r"\d[\d.]*(?:am|pm|h|uhr)?")


class Words(NamedTuple):
    """Of one language, plain. `leads` finds "and" or "what about" at the beginning."""

    leads: re.Pattern[str]
    expletives: re.Pattern[str]
    idioms: frozenset[str]
    small: frozenset[str]
    people: frozenset[str]
    pointers: frozenset[str]
    prepositions: frozenset[str]
    verbs: frozenset[str]
    asking: frozenset[str]
    qualities: frozenset[str]

    def is_idiom(self, said: str) -> bool:
        """Whether what looks like a pointer in `said` stands for nothing."""
        return said in self.idioms or self.expletives.search(said) is not None

    def is_subject(self, word: str) -> bool:
        """Whether `word` may be what a question is about."""
        return not (
            word in self.small
            or word in self.people
            or word in self.pointers
            or word in self.prepositions
            or word in self.verbs
            or word in self.asking
            or word in self.qualities
            or _NUMBER.fullmatch(word)
        )


def in_context(text: str, history: Sequence[Turn], language: str) -> str:
    """`text` with what it leans on, or `text` itself where it stands alone.

    `history` is oldest first, `language` the ISO 639-1 code of the guest's. Pure, some
    microseconds. A language without words in followup.toml has no follow-ups.
    """
    words = _tables().get(language)
    said = plain(text)
    if words is None or not history or " . " in said or words.is_idiom(said):
        return text
    lead = words.leads.match(said)
    rest = said[lead.end() :].split() if lead else said.split()
    if not rest or len(rest) > LONGEST:
        return text
    last = history[-1]
    before = in_context(last.question, history[:-1], language)
    if _lacks_a_subject(rest, bool(lead), words) and _is_a_question(text, rest, words):
        points = not words.pointers.isdisjoint(rest)
        return f"{last.topics[0] if points and last.topics else before} {text}"
    if lead and _asks_nothing(rest, words):
        asked = [word for word in plain(before).split() if word in words.asking]
        return " ".join([*rest, *asked]) if asked else text
    return text


def _lacks_a_subject(rest: Sequence[str], led: bool, words: Words) -> bool:
    if led and rest[0] in words.prepositions:
        return words.asking.isdisjoint(rest)
    if any(map(words.is_subject, rest)):
        return False
    points = not words.pointers.isdisjoint(rest)
    asks = not (words.asking | words.qualities).isdisjoint(rest)
    # "When do you open?" is about the house.
    return led or points or (asks and words.people.isdisjoint(rest))


def _is_a_question(text: str, rest: Sequence[str], words: Words) -> bool:
    """ "On Sunday" may be one; "I will book it" is none without its mark."""
    return text.rstrip().endswith("?") or words.people.isdisjoint(rest)


def _asks_nothing(rest: Sequence[str], words: Words) -> bool:
    said = words.asking | words.verbs | words.people | words.pointers
    return said.isdisjoint(rest)


@functools.cache
def _tables() -> dict[str, Words]:
    return {
        language: Words(
            re.compile(rf"(?:{'|'.join(map(plain, table.pop('leads')))})\b\s*"),
            re.compile(rf"\b(?:{table.get('expletives', '(?!)')})\b"),
            *(frozenset(map(plain, _list(table[name]))) for name in Words._fields[2:]),
        )
        for language, table in read(Path(__file__).with_suffix(".toml")).items()
    }


def _list(value: str | list[str]) -> list[str]:
    return value.split() if isinstance(value, str) else value
