"""A question read together with those the guest asked before: an allergy once said stays said.

Further questions go on from the one before where they change only a part of it: "and desserts?",
"which of those is nut-free?", "anything cheaper?", "and the sorbet?".
"""

from collections.abc import Sequence
from dataclasses import replace

from menus.lexicon import keys
from menus.numbers import Bounds
from menus.parser import MenuQuery, read


def parse_in_turn(text: str, said_before: Sequence[str]) -> MenuQuery | None:
    """`said_before`, oldest first. None where it is no question about the menu."""
    before = None
    avoided: frozenset[str] = frozenset()
    for said in said_before:
        before = _after(said, before, avoided)
        avoided |= before.avoided if before else frozenset()
    return _after(text, before, avoided)


def _after(text: str, before: MenuQuery | None, avoided: frozenset[str]) -> MenuQuery | None:
    as_written = read(text)
    sentence = as_written.mended()
    query = as_written.query(sentence)
    goes_on = sentence.goes_on()
    if query is None and before and before.asks in {"dishes", "contents"} and goes_on:
        query = sentence.listing_on()
    if query is None and (avoided or _asked_by(before)):
        query = sentence.bare() or (sentence.suggestion() if avoided else None)
    if query is None:
        return None
    if query.asks in {"dishes", "contents"} and not query.sold_out:
        query = _carried_over(query, before) if goes_on and before else query
        return replace(
            query,
            free_of=query.free_of | avoided if query.asks == "dishes" else query.free_of,
            containing=query.containing | avoided if query.asks == "contents" else query.containing,
            avoided=query.avoided | avoided,
            reminded=bool(avoided),
        )
    if query.asks == "verdict":
        return replace(
            query,
            avoided=query.avoided | avoided,
            inherited=avoided or _asked_by(before),
        )
    return replace(query, avoided=query.avoided | avoided)


def _asked_by(before: MenuQuery | None) -> frozenset[str]:
    if before is None or before.asks != "verdict":
        return frozenset()
    return keys("@", " ".join(before.words)) or before.inherited


def _carried_over(query: MenuQuery, before: MenuQuery) -> MenuQuery:
    """What the guest does not say anew stays as it was."""
    if before.asks not in {"dishes", "contents"}:
        return query
    if before.asks == "contents" and not query.free_of:
        query = replace(query, asks="contents", containing=query.containing or before.containing)
    return replace(
        query,
        diets=query.diets or before.diets,
        other_diets=query.other_diets or before.other_diets,
        free_of=query.free_of | before.free_of,
        kinds=query.kinds or before.kinds,
        price=query.price if query.price != Bounds() else before.price,
        order=query.order or ("" if query.cheaper else before.order),
        food_only=not query.kinds and (query.food_only or before.food_only),
    )
