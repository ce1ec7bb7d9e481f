"""Lessons as JSON lines."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from llm.backends.wire import question_in
from llm.training.rows import Row


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """The format that `manage.py distill --conversations` reads."""
    lines = (json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")


def read_rows(path: Path) -> list[Row]:
    """The rows that `write_rows` wrote; raises `ValueError` with the line of one that is none."""
    rows = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
                rows.append(Row(**row | {"question": question_in(row)}))
            except (TypeError, ValueError) as error:
                raise ValueError(f"{path}, line {number}: {error!r}") from error
    return rows
