"""Which dish a guest means. What is not sure is no dish: a verdict on the wrong one does harm."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from menus.lexicon import SIGN, keys, lexicon
from menus.parser import MenuQuery
from menus.query import Dish
from menus.typos import distance
from reading.wording import plain

NEAR = 4  # letters; "tuna" is not "tune"
Alike = Callable[[str, str], bool]

ENDINGS = ("s", "es", "n", "en", "e", "x")


def dishes_meant(query: MenuQuery, dishes: Sequence[Dish], previous: Sequence[str]) -> list[Dish]:
    """None, one, or all between which the guest's words leave it open.

    `previous` are the dishes of the answer before, which "it" stands for.
    """
    if query.about_previous:
        return [dish for dish in dishes if dish.name in previous]
    if not query.named:
        return []
    return _best(query, dishes, _same) or _best(query, dishes, _nearly)


def _best(query: MenuQuery, dishes: Sequence[Dish], alike: Alike) -> list[Dish]:
    matches = [(len(_matched(query, dish, alike)), dish) for dish in dishes]
    best = max((count for count, _ in matches), default=0)
    return [dish for count, dish in matches if count == best and count]


def allergens_asked(query: MenuQuery, dish: Dish) -> frozenset[str]:
    """Those of the question that are no part of the dish's name: milk of "milk in the fish soup".

    With those that the guest avoids, or else those of the verdict before. All of the question's
    where none else is left, none where it names none.
    """
    of_the_name: set[int] = set()
    if query.named:
        of_the_name = _matched(query, dish, _same) or _matched(query, dish, _nearly)
    others = [word for place, word in enumerate(query.words) if place not in of_the_name]
    own = keys("@", " ".join(others))
    return own | query.avoided or query.inherited or keys("@", " ".join(query.words))


def _matched(query: MenuQuery, dish: Dish, alike: Alike) -> set[int]:
    """Where in the question the dish's name stands; empty where it is another's.

    The name has to hold every word that can only be a dish's ("apple tart" is not the apple
    strudel), and they have to stand together.
    """
    name = _read(dish.name)
    runs = [
        run
        for run in _runs(query.words, name, alike)
        if query.named <= {word for place in run for word in _words(query.words[place])}
    ]
    return max(runs, key=len, default=set())


class Name(NamedTuple):
    words: tuple[str, ...]
    kinds: frozenset[str]


@lru_cache(maxsize=4096)  # menus change seldom, and reading a name costs a fifth of a millisecond
def _read(name: str) -> Name:
    signed = lexicon().sign(plain(name).replace(".", " "))
    words = tuple(word for token in signed.split() for word in _words(token))
    return Name(words, keys("#", signed))


def _runs(tokens: Sequence[str], name: Name, alike: Alike) -> Iterator[set[int]]:
    """The places of words of the name, as far as only small words stand between them."""
    small = lexicon().small
    run: set[int] = set()
    for place, token in enumerate(tokens):
        if _in_name(token, name, alike):
            run.add(place)
        elif token not in small:
            yield run
            run = set()
    yield run


def _in_name(token: str, name: Name, alike: Alike) -> bool:
    """Word by word; a kind of dish in any language, as "soupe" is in the pumpkin soup."""
    if token.startswith("#") and keys("#", token) & name.kinds:
        return True
    return all(any(alike(word, each) for each in name.words) for word in _words(token))


def _words(token: str) -> list[str]:
    signed = SIGN.fullmatch(token)
    return signed[3].split("_") if signed else [token]


def _same(one: str, other: str) -> bool:
    """The same word, or its plural."""
    short, long = sorted((one, other), key=len)
    return long == short or long in {short + ending for ending in ENDINGS}


def _nearly(one: str, other: str) -> bool:
    """With one slip, in a word long enough to bear it: "pumkin" soup."""
    return _same(one, other) or (
        min(len(one), len(other)) > NEAR and one[0] == other[0] and distance(one, other) == 1
    )
