"""Lessons as JSON lines."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from llm.base import Question, Source, Turn
from llm.training.rows import Row


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    lines = (json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")


def read_rows(path: Path) -> list[Row]:
    """The rows that `write_rows` wrote; raises `ValueError` with the line of one that is none."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            rows.append(_row(json.loads(line)))
        except (TypeError, KeyError, ValueError) as error:
            raise ValueError(f"{path}, line {number}: {error!r}") from error
    return rows


def _row(row: dict[str, Any]) -> Row:
    question = row["question"]
    question["sources"] = tuple(Source(**source) for source in question["sources"])
    question["history"] = tuple(
        Turn(said, answer, tuple(topics), menu)
        for said, answer, topics, menu in question["history"]
    )
    return Row(**{**row, "question": Question(**question)})
