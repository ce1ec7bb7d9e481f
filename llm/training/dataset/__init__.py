"""What the local model learns from: README.md tells what is in it and where it comes from."""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from llm.training.dataset.checked import passes
from llm.training.dataset.items import items
from llm.training.dataset.lines import read_rows, write_rows
from llm.training.dataset.people import desk, near_misses, own, people, turns
from llm.training.dataset.public import PublicData
from llm.training.dataset.written import written
from llm.training.rows import Part, Row, part_of

__all__ = ["lessons", "read_rows", "write_rows"]


def lessons(data: Path, part: Part, seed: int = 0) -> list[Row]:
    """All lessons of the properties of one part, in random order, the same for the same seed.

    `data` is the folder of public data. What the guard would replace is left out.
    """
    chance = random.Random(seed)  # noqa: S311 (no secret depends on it)
    everything = _all(PublicData(data), chance)
    rows = list(_sound(row for row in everything if part_of(row.property_id) == part))
    chance.shuffle(rows)
    return rows


def _all(data: PublicData, chance: random.Random) -> Iterator[Row]:
    yield from people(data, chance)
    yield from near_misses(data, chance)
    yield from turns(data, chance)
    yield from desk(data, chance)
    yield from own(data, chance)
    yield from written(chance)
    yield from items(chance)


def _sound(rows: Iterable[Row]) -> Iterator[Row]:
    """Each only once, and none whose answer its sources do not bear."""
    seen = set[tuple[str, str, object]]()
    for row in rows:
        key = (row.question.text, row.answer, row.question.sources)
        if key not in seen and (row.gold is None or passes(row.question, row.answer)):
            seen.add(key)
            yield row
