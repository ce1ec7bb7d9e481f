"""Content words in a form that "parking" and "parks" share."""

import re
import unicodedata
from functools import lru_cache

from llm.guard.lexicon import EMPTY

WORD = re.compile(r"[^\W_]+(?:['’\-\u2011][^\W_]+)*")
_STEM = 6
# Spellings of the same thing that guests, staff and models mix freely.
_SAME = {
    "kid": "child", "kids": "child", "children": "child", "toddler": "child", "baby": "child",
    "babies": "child", "infant": "child", "internet": "wifi", "wlan": "wifi", "wireless": "wifi",
    "takeaway": "takeout", "animals": "pet",
    "elevator": "lift", "kitchenette": "kitchen", "byob": "bottle", "byop": "bottle",
    "alcoholic": "alcohol", "liquor": "alcohol", 
    "laundromat": "laundry", "park": "parking", "parked": "parking", 
    "cards": "card", "cot": "crib", "disabled": "wheelchair",
    "accessible": "wheelchair", "accessibility": "wheelchair", "smoke": "smoking",
    "luggage": "bag", "baggage": "bag", "bags": "bag",
}  # fmt: skip


def words(text: str) -> list[str]:
    return WORD.findall(text)


# English "I'm" and "hotel's", French "l'hôtel" and "qu'il".
_ELISION = re.compile(r"'(?:s|m|re|ve|ll|d|t)?$|^(?:[a-zà-ÿ]|qu|dell|all|nell|sull|un)'(?=.{2})")


@lru_cache(maxsize=65536)
def stems_of(word: str) -> frozenset[str]:
    """The stems of a word and, if it has a hyphen, of its parts: "wi-fi", "kid-friendly"."""
    parts = re.split(r"[-\u2011]", word)
    if len(parts) == 1:
        return frozenset({stem(word)}) - {""}
    found = {stem("".join(parts)), *(stem(part) for part in parts if len(part) > 2)}
    return frozenset(found) - {""}


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A rough stem, "" for a word that says nothing."""
    word = word.lower().replace("’", "'")
    word = _ELISION.sub("", word)
    word = _SAME.get(word, word)
    if word in EMPTY:
        return ""
    folded = unicodedata.normalize("NFKD", word)
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    for ending in ("ings", "ing", "ies", "ed", "es", "s"):
        if folded.endswith(ending) and len(folded) - len(ending) >= 3:
            folded = folded.removesuffix(ending)
            break
    return folded[:_STEM]


def stems(text: str) -> frozenset[str]:
    """The stems of the content words; numbers are none, they are compared as figures."""
    found = WORD.findall(text)
    return frozenset().union(*(stems_of(word) for word in found if not word[0].isdigit()))
