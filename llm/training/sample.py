"""Which rows of the test are asked: always the same, whatever else the test comes to hold."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

from llm.training.rows import Row


def some_of_each(rows: Iterable[Row], most: int) -> list[Row]:
    """Up to `most` of every kind, chosen by what they say."""
    counts = Counter[str]()
    chosen = []
    for row in sorted(rows, key=_fingerprint):
        counts[row.kind] += 1
        if counts[row.kind] <= most:
            chosen.append(row)
    return sorted(chosen, key=lambda row: row.kind)


def name_of(rows: Sequence[Row]) -> str:
    """Only what was measured on a test of the same name can be compared."""
    digest = hashlib.sha256(b"".join(map(_fingerprint, rows)))
    return f"{len(rows)}-{digest.hexdigest()[:12]}"


def _fingerprint(row: Row) -> bytes:
    notes = [f"{source.title} {source.text}" for source in row.question.sources]
    return hashlib.sha256("\0".join([row.question.text, *notes, row.answer]).encode()).digest()
