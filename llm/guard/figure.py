"""What a text says in figures, and when one figure says what another does."""

from typing import NamedTuple

from llm.guard.base import Failure

Reading = tuple[str, str]
"""A kind or unit and a value: ("EUR", "19"), ("time", "420" minutes), ("date", "12-24")."""


class Figure(NamedTuple):
    """`value` is the number as it stands there, "" for what has none."""

    kind: Failure
    readings: frozenset[Reading]
    value: str = ""
    unit: str = ""


def supports(claim: Figure, source: Figure) -> bool:
    """Whether a figure of a source says what a figure of the answer claims."""
    if claim.readings & source.readings:
        return True
    if claim.kind == "date":
        return any(
            kind == "month" and each == "date" and date.split("-")[0] == month
            for kind, month in claim.readings
            for each, date in source.readings
        )
    if claim.kind == "phone":
        return _same_phone(claim, source)
    if claim.kind == "url":
        return False
    same_value = bool(claim.value) and claim.value == source.value
    if not same_value or source.kind in {"phone", "url"}:
        return False
    if claim.kind == "number":
        # "open until 10" of "10 pm"; but 15 minutes are not 15 EUR.
        return not claim.unit or (source.kind == "number" and not source.unit)
    return False


def _same_phone(claim: Figure, source: Figure) -> bool:
    """With or without the country's code and the zero that it replaces."""
    if source.kind != "phone":
        return False
    ((_, ours),), ((_, theirs),) = claim.readings, source.readings
    short, long = sorted((ours.lstrip("0"), theirs.lstrip("0")), key=len)
    return len(short) >= 6 and long.endswith(short) and len(long) - len(short) <= 4
