"""Allergen words as guests mistype them: "hazlenut", "penuts", "alergy".

Only in the place of a word that nothing else knows, and only against the words for allergens and
allergies, because a near word is a guess: who uses it must find a question about food around it.
"""

import re
from functools import lru_cache

LONG = 8  # letters from which two slips still leave no doubt
SUBSTITUTED = 6  # below, a letter changed or lost makes another word: milk/mild, latte/late
DOUBLED = re.compile(r"(.)\1+")
FALSE_FRIENDS = frozenset(
    [
        "better",
        "bitter",
        "bitte",
        "batter",
        "butler",
        "mutter",
        "matter",
        "cherry",
        "cream",
        "creme",
        "crema",
        "mustang",
        "custard",
        "sesam",
        "aller",
        "allez",
        "allee",
        "allegro",
        "gamba",
        "carbs",
        "crabs",
    ]
)


def distance(one: str, other: str) -> int:
    """Damerau-Levenshtein (optimal string alignment): a swap of two neighbours is one slip."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, each in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != each))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == each:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]


def is_slip(written: str, meant: str) -> bool:
    """Whether `written` may be `meant`, mistyped. The first letter is seldom wrong."""
    if len(meant) < 4 or written[:1] != meant[:1]:
        return False
    allowed = 2 if len(meant) >= LONG else 1
    if abs(len(written) - len(meant)) > allowed:
        return False
    if len(meant) < SUBSTITUTED:
        swapped = sorted(written) == sorted(meant) and distance(written, meant) == 1
        return swapped or (len(written) > len(meant) and _single(written) == _single(meant))
    return distance(written, meant) <= allowed


def _single(word: str) -> str:
    return DOUBLED.sub(r"\1", word)


@lru_cache(maxsize=4096)
def mended(word: str, vocabulary: tuple[str, ...]) -> str | None:
    """The word of the vocabulary that was meant. A "*" there stands for any ending."""
    if word in FALSE_FRIENDS:
        return None
    return next((stem.rstrip("*") for stem in vocabulary if _fits(word, stem)), None)


def _fits(word: str, stem: str) -> bool:
    root = stem.rstrip("*")
    if root == stem:
        return is_slip(word, root)
    beginnings = {word[: len(root) + more] for more in (-1, 0, 1)} if len(root) > 4 else ()
    return len(word) - len(root) <= 5 and any(is_slip(each, root) for each in beginnings)
