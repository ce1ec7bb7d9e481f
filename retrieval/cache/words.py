"""What a question is about, word for word, so that only the same question gets the same answer.

The tables in words.toml say, a language each, what may differ between two ways to ask the same
(`polite`, `drop`, `same`) and what may not though it is small (`not`, `beside`). A word that no
table names counts: a language without a table matches its own words only, in any order.
"""

import functools
import re
import threading
import tomllib
import unicodedata
from pathlib import Path
from typing import NamedTuple

import snowballstemmer

from retrieval.fulltext import CONFIGURATIONS

STEMMED = frozenset({"ca", "da", "de", "en", "es", "fr", "it", "nl", "no", "pt", "ru", "sv"})
"""Languages whose endings make no other question of one; a Turkish ending says "not"."""

NOT = "NOT"
WHAT = "WHAT"
SAYS_WHAT = {"WHEN", "WHERE", "PRICE"}
"""What is asked for: "what does it cost" asks for no more than "how much is it"."""

_HALVES_OF_DAY = re.compile(r"(\d)\s*([ap])\.?\s?m\b\.?")
_NOT_CONTRACTED = re.compile(r"(?<=[a-z])n't\b")
_NUMBER_OR_WORD = re.compile(r"\d+(?:[.:,]\d+)*[ap]m\b|\d+(?:[.:,]\d+)*|[^\d\s]+")
_PUNCTUATION_IN_NUMBER = re.compile(r"(?<=\d)[.:,](?=\d)")


class Table(NamedTuple):
    """`same` maps a phrase to what it is the same as; "" for phrases that say nothing."""

    polite: re.Pattern[str] | None
    same: dict[str, str]
    phrases: re.Pattern[str] | None
    drop: frozenset[str]
    negations: frozenset[str]
    beside: frozenset[str]
    whole: frozenset[str]


def normalise(question: str, language: str) -> str:
    """`question` without what makes no difference at all: case, punctuation, politeness."""
    text = " ".join(_tokens(question))
    polite = _table(language).polite
    return (polite.sub("", text).strip() if polite else "") or text


def content_words(question: str, language: str) -> tuple[str, ...]:
    """The words that must be equal for two questions to be the same, sorted.

    Stems for words, `NOT` once for each negation; a word that says where another one stands
    ("before", "from", "with") is bound to it. Where nothing is left to be about ("How much is it?")
    it is all the words as they stand.
    """
    table = _table(language)
    text = normalise(question, language)
    if table.phrases:
        text = table.phrases.sub(lambda found: f" {table.same[found.group()]} ", text)
    words, beside = [], ""
    for word in text.split():
        if word in table.beside:
            beside += f"{word}>"
        elif word in table.negations:
            words.append(NOT)
        elif word not in table.drop:
            words.append(beside + (word if word in table.whole else _stem(word, language)))
            beside = ""
    if beside:
        words.append(beside)
    if all(map(str.isupper, words)):
        return tuple(normalise(question, language).split())
    return tuple(sorted(_without_echoes(words)))


def _without_echoes(words: list[str]) -> list[str]:
    """A kind of question counts once, and "what" not beside one that says what."""
    kinds = {word for word in words if word.isupper() and word != NOT}
    if kinds & SAYS_WHAT:
        kinds.discard(WHAT)
    return [*kinds, *(word for word in words if not word.isupper() or word == NOT)]


def _tokens(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    text = _NOT_CONTRACTED.sub(
        " not", text.replace("can't", "can not").replace("won't", "will not")
    )
    text = _HALVES_OF_DAY.sub(r"\1\2m", text)
    text = _PUNCTUATION_IN_NUMBER.sub(lambda found: _KEPT[found.group()], text)
    text = "".join(" " if unicodedata.category(sign)[0] in "PZC" else sign for sign in text)
    text = text.translate(_GIVEN_BACK)
    return _NUMBER_OR_WORD.findall(text)


# Stand in for the punctuation of "19:30" and "7.50" while the rest is removed; NFKC leaves none.
_KEPT = {".": "\u2460", ":": "\u2461", ",": "\u2462"}
_GIVEN_BACK = {ord(sign): mark for mark, sign in _KEPT.items()}

_stemmers = threading.local()


@functools.lru_cache(maxsize=20_000)
def _stem(word: str, language: str) -> str:
    if language not in STEMMED or word.isupper():
        return word
    # A stemmer keeps what it is working on in itself: one a thread.
    if not hasattr(_stemmers, language):
        setattr(_stemmers, language, snowballstemmer.stemmer(CONFIGURATIONS[language]))
    stem: str = getattr(_stemmers, language).stemWord(word)
    return stem


@functools.cache
def _table(language: str) -> Table:
    file = Path(__file__).with_name("words.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8")).get(language, {})
    same = {
        phrase: meaning for meaning, phrases in table.get("same", {}).items() for phrase in phrases
    }
    return Table(
        polite=_any_of(table.get("polite", [])),
        same=same,
        phrases=_any_of(list(same)),
        drop=frozenset(table.get("drop", "").split()),
        negations=frozenset(table.get("not", "").split()),
        beside=frozenset(table.get("beside", "").split()),
        whole=frozenset(table.get("whole", "").split()),
    )


def _any_of(phrases: list[str]) -> re.Pattern[str] | None:
    """Whole words, the longest phrase first."""
    if not phrases:
        return None
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)")
