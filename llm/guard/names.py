"""Proper nouns that no source holds."""

import re
from collections.abc import Collection, Iterator

from llm.guard.lexicon import CALENDAR, word_set
from llm.guard.words import stem

_TOKEN = re.compile(r"[^\W_]+(?:['’\-&.][^\W_]+)*")
_STARTS = re.compile(r"(?:^|[.!?:;…]\s|[\"“”«»„(\[–—-]\s?|\n)$")
# Capital letters that name nothing in particular.
_COMMON = word_set(
    """
    i i'm i'd i'll i've ok tv wifi wi-fi wlan am pm a.m p.m eur usd gbp chf bbq vip faq atm id diy
    english german french spanish italian yes no sir madam mr mrs ms dr sie ihr ihre ihnen ihrem
    ihren ihrer du dein usb ac cctv sms pdf qr pin iban byob b&b ev hd led dvd gym spa christmas
    easter wc the an and of at in on for our we you your they it is please unfortunately sorry hello
    """
)
# German capitalises every noun, so a capital letter alone proves no name there: these do.
_GERMAN_TITLES = word_set(
    "herr herrn frau familie dr prof hotel restaurant café bar pension gasthof gasthaus namens "
    "heißt schloss villa"
)
_GERMAN_PLACE = re.compile(r".{3,}(?:straße|strasse|platz|gasse|allee|brücke|tor)$")

# At a sentence's start only what does something can be told from "Breakfast" or "Guests".
_SUBJECT = re.compile(
    r"\W*([^\W\d_]{4,24})(?:['’]s)? (?:has|does|(?:has|does|is)n['’]t|offers|provides|accepts"
    r"|serves|allows|permits|takes|charges|propose|offre|accepte|ofrece|acepta|tiene|accetta)\b"
)
_COMMON_NOUN = re.compile(r".*(?:ing|tion|ment|ity|ness|ance|ence|ery|age|one|body)$")


def unknown_names(text: str, language: str, known: Collection[str]) -> Iterator[str]:
    """Names in `text` whose words are not among `known` (lower case).

    A capital letter counts where it is not the language's habit: not at a sentence's start unless
    a second one follows or the whole word is capital, and in German only for what is introduced
    as a name, names a street, or stands beside another unknown capital word.
    """
    subject = _SUBJECT.match(text)
    if subject and language != "de" and _is_unknown_subject(subject[1], known):
        yield subject[1]
    previous_unknown = False
    previous = ""
    for match in _TOKEN.finditer(text):
        word = match[0]
        # Scripts without capitals run on after a Latin word without a space: "EURです".
        unknown = word[0].isupper() and _is_cased(word)
        unknown = unknown and not _is_known(word, known)
        starts = _STARTS.search(text[max(0, match.start() - 2) : match.start()]) is not None
        if unknown and _is_name(word, previous, previous_unknown, starts, language):
            yield word
        previous_unknown = unknown and not (starts and language == "de")
        previous = word.lower()


def _is_cased(word: str) -> bool:
    return all(letter.isupper() or letter.islower() for letter in word if letter.isalpha())


def _is_unknown_subject(word: str, known: Collection[str]) -> bool:
    common = not stem(word) or _COMMON_NOUN.match(word) is not None
    return word[0].isupper() and not common and not _is_known(word, known)


def _is_known(word: str, known: Collection[str]) -> bool:
    lower = word.lower().replace("’", "'")
    if any(lower in each for each in (known, _COMMON, CALENDAR)):
        return True
    bare = lower.removesuffix("'s").removesuffix("'")
    if bare in known or bare in _COMMON or bare.rstrip("s") in known or f"{bare}s" in known:
        return True
    parts = re.split(r"[-'&.]", bare)
    return len(parts) > 1 and all(part in known or part in _COMMON or not part for part in parts)


def _is_name(word: str, previous: str, beside: bool, starts: bool, language: str) -> bool:
    if len(word) >= 4 and word.isupper():
        return True
    if language == "de":
        return (
            previous in _GERMAN_TITLES
            or _GERMAN_PLACE.match(word.lower()) is not None
            or (beside and not starts)
        )
    return beside or not starts
