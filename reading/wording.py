"""Phrases that a guest's words may contain, in many languages at once, from a TOML table.

A table names a language, and under it lists of phrases. A phrase is a regular expression over
plain words (lower case, no accents, no punctuation), with four signs of its own:

    …        up to three words in between
    *        the rest of a word
    ^ !      the sentence begins, or ends, here
    {name}   one of the words listed under [language.words]

Arabic joins its small words to the next one, Korean to the one before, Chinese and Japanese write
no spaces, and a word of Hindi may end in a sign: in these a phrase may stand anywhere.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

JOINED = {"ar", "hi", "ja", "ko", "zh"}
SIGNS = {"(": "(?:", "^": r"(?:^|(?<=\. ))", "!": r"(?= \.|$)"}
REST_OF_WORD = re.compile(r"(?<=\w)(?<!\\w)\*")
GAP, GAP_IN_JOINED = ("… ", "(?:[^ .]+ ){0,3}"), ("…", "[^.]{0,10}")

# Accents of Latin, Greek and Cyrillic letters, and the vowels of Arabic; not those of Japanese.
MARKS = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670]")
LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe",
                         "ة": "ه", "ى": "ي", "’": "'", "‘": "'", "`": "'"})  # fmt: skip
SHORT_FORM = re.compile(r"'(?=(?:s|m|re|ve|ll|d|t)\b)")
SENTENCE_END = re.compile(r"[.!?。]+|\n")
WORD = re.compile(r"\S+")
ANY = "*"
# The vowel signs of Hindi are no letters to `re`, and part of the word.
NO_WORD = re.compile(r"[^\w.\u0900-\u0963]+|_+")


def plain(text: str) -> str:
    """One way to write it: "Can't breathe!! Hilfe" becomes "cant breathe . hilfe"."""
    text = text.translate(LETTERS)
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = unicodedata.normalize("NFC", MARKS.sub("", decomposed)).translate(LETTERS)
    text = SHORT_FORM.sub("", text.casefold())
    return NO_WORD.sub(" ", SENTENCE_END.sub(" . ", text)).strip(" .")


class Phrases:
    """All phrases of some names ("fire", "medical"), of every language.

    Phrases that begin with the same letter are one expression, and only that one is tried at a
    word: a question is read in well under 0.2 ms, though there are some thousand phrases. An
    expression is compiled when it is first needed: all of them take seconds, which a process that
    reads no guest's words need not spend, and one that does spends in `warm_up`.
    """

    def __init__(self, tables: dict[str, dict[str, Any]], *names: str) -> None:
        self._tables, self._names = tables, names
        self._by_letter: dict[str, re.Pattern[str]] = {}

    def warm_up(self) -> None:
        for letter in self._by_initial:
            self._beginning_with(letter)
        _ = self._joined

    def find(self, words: str) -> str | None:
        """The name of the first phrase in `words`, which are plain."""
        found = next(self._spaced(words), None)
        if found is None and not words.isascii():
            found = self._joined.search(words)
        return found.lastgroup if found else None

    def without(self, words: str) -> str:
        """`words` with a full stop in the place of each phrase, so that nothing spans it."""
        kept, end = "", 0
        for found in self._spaced(words):
            kept += words[end : found.start()] + "."
            end = found.end()
        words = kept + words[end:]
        return words if words.isascii() else self._joined.sub(".", words)

    def _spaced(self, words: str) -> Iterator[re.Match[str]]:
        end = 0
        for word in WORD.finditer(words):
            phrases = self._beginning_with(word[0][0])
            if word.start() >= end and (found := phrases.match(words, word.start())):
                end = found.end()
                yield found

    def _beginning_with(self, letter: str) -> re.Pattern[str]:
        if letter not in self._by_initial:
            letter = ANY
        if letter not in self._by_letter:
            self._by_letter[letter] = _compiled(self._by_initial[letter], GAP, r"\b")
        return self._by_letter[letter]

    @cached_property
    def _by_initial(self) -> dict[str, list[tuple[str, str]]]:
        phrases = _phrases(self._tables, self._names, joined=False)
        initials = [_initials(phrase) for _, phrase in phrases]
        return {
            letter: [
                each for each, its in zip(phrases, initials, strict=True) if its & {letter, ANY}
            ]
            for letter in {ANY}.union(*initials)
        }

    @cached_property
    def _joined(self) -> re.Pattern[str]:
        return _compiled(_phrases(self._tables, self._names, joined=True), GAP_IN_JOINED, "")


def read(path: Path) -> dict[str, dict[str, Any]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _phrases(
    tables: dict[str, dict[str, Any]], names: Iterable[str], joined: bool
) -> list[tuple[str, str]]:
    """Names with their phrases, plain as guests' words are, the lists of words written out."""
    return [
        (name, _written_out(phrase, table.get("words", {})))
        for name in names
        for language, table in tables.items()
        if (language in JOINED) is joined
        for phrase in table.get(name, ())
    ]


def _written_out(phrase: str, words: dict[str, str]) -> str:
    for name, listed in words.items():
        phrase = phrase.replace(f"{{{name}}}", f"({listed})")
    phrase = MARKS.sub("", unicodedata.normalize("NFD", phrase))
    phrase = unicodedata.normalize("NFC", phrase).casefold().translate(LETTERS)
    return REST_OF_WORD.sub(r"\\w*", phrase)


def _compiled(
    phrases: Iterable[tuple[str, str]], gap: tuple[str, str], end: str
) -> re.Pattern[str]:
    """One expression with a group a name, so that a match tells its name."""
    by_name: dict[str, list[str]] = {}
    for name, phrase in phrases:
        for sign, expression in SIGNS.items():
            phrase = phrase.replace(sign, expression)
        by_name.setdefault(name, []).append(phrase.replace(*gap))
    groups = (f"(?P<{name}>(?:{'|'.join(each)}){end})" for name, each in by_name.items())
    return re.compile("|".join(groups) or "(?!)")


def _initials(phrase: str) -> set[str]:
    """The letters that a match may begin with, or ANY."""
    phrase = phrase.lstrip("^")
    if not phrase.startswith("("):
        known = phrase[:1].isalnum() and phrase[1:2] not in {"?", "*"}
        return {phrase[0]} if known else {ANY}
    alternatives, rest = _split(phrase)
    found = {letter for each in alternatives for letter in _initials(each)}
    return found | _initials(rest[1:]) if rest[:1] in {"?", "*"} else found


def _split(phrase: str) -> tuple[list[str], str]:
    """The alternatives of the group that `phrase` begins with, and what follows the group."""
    depth, alternatives = 0, [""]
    for position, character in enumerate(phrase):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return alternatives, phrase[position + 1 :]
        if depth == 1 and character == "|":
            alternatives.append("")
        elif position:
            alternatives[-1] += character
    raise ValueError(f"A bracket is not closed: {phrase}")
