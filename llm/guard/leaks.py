"""What no answer may hold: the canary of the system prompt, in any dress, and the instructions."""

import base64
import codecs
import re
from functools import lru_cache

from llm.guard.words import words

_GRAM = 8
"""Letters of a disguised canary that are enough to know it; chance makes no eight."""
_SHINGLE = 5
"""Words in a row that only the instructions hold."""
_TAIL = 200
_NOT_ALNUM = re.compile(r"[\W_]+")


def _squashed(text: str) -> str:
    return _NOT_ALNUM.sub("", text.casefold())


@lru_cache(maxsize=64)
def _grams(secret: str) -> frozenset[str]:
    """Pieces of the secret plain, reversed, in hex, rot13 and base64 at each of its offsets."""
    if not secret:
        return frozenset()
    forms = [secret, codecs.encode(secret, "rot13"), secret.encode().hex()]
    for cased in {secret, secret.upper(), secret[::-1]}:
        for offset in range(3):
            encoded = base64.b64encode(b" " * offset + cased.encode()).decode().rstrip("=")
            forms.append(encoded[4 if offset else 0 : -1])
    forms += [form[::-1] for form in forms]
    squashed = [_squashed(form) for form in forms]
    return frozenset(
        form[start : start + _GRAM]
        for form in squashed
        for start in range(max(1, len(form) - _GRAM + 1))
    )


@lru_cache(maxsize=16)
def shingles(instructions: str) -> frozenset[tuple[str, ...]]:
    """Runs of words that an answer may not repeat."""
    return frozenset(_runs(instructions))


def _runs(text: str) -> list[tuple[str, ...]]:
    found = [word.casefold() for word in words(text)]
    return [tuple(found[at : at + _SHINGLE]) for at in range(len(found) - _SHINGLE + 1)]


class LeakDetector:
    """Reads one answer from its start, so that a secret in instalments is still one."""

    def __init__(self, secret: str, instructions: str) -> None:
        self._grams = _grams(secret)
        self._shingles = shingles(instructions)
        self._tail = ""

    def leaks(self, text: str) -> bool:
        """Whether `text`, after what was read before, gives something away."""
        squashed = self._tail + _squashed(text)
        self._tail = squashed[-_TAIL:]
        # Only what is new, and what it completes.
        first = max(0, len(squashed) - len(_squashed(text)) - _GRAM)
        if self._grams and any(
            squashed[at : at + _GRAM] in self._grams
            for at in range(first, len(squashed) - _GRAM + 1)
        ):
            return True
        return not self._shingles.isdisjoint(_runs(text))
