"""Is the right FAQ found? Recall@k and mean reciprocal rank over questions with known answers.

Manning, Raghavan, Schütze: Introduction to Information Retrieval, chapter 8.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from llm.base import Turn
from properties.models import Property

PERCENTILES = (50, 95, 99)


@dataclass(frozen=True)
class Case:
    """`right` holds the external ids of the FAQs that answer; empty: none does."""

    property: Property
    question: str
    right: frozenset[str]
    history: tuple[Turn, ...]


@dataclass(frozen=True)
class Outcome:
    case: Case
    found: Sequence[str]
    answered: bool
    trace: Mapping[str, Any]

    @property
    def rank(self) -> int | None:
        """1 for the best place; None where no right FAQ was found."""
        places = (n for n, each in enumerate(self.found, 1) if each in self.case.right)
        return next(places, None)


@dataclass
class Report:
    outcomes: list[Outcome] = field(default_factory=list)
    bad_lines: list[str] = field(default_factory=list)

    @property
    def answerable(self) -> list[Outcome]:
        return [each for each in self.outcomes if each.case.right]

    def recall_at(self, k: int) -> float:
        """Share of the answerable questions with a right FAQ among the first `k`."""
        return _mean([each.rank is not None and each.rank <= k for each in self.answerable])

    def mean_reciprocal_rank(self) -> float:
        return _mean([1 / each.rank if each.rank else 0.0 for each in self.answerable])

    def declined(self) -> dict[str, float]:
        """Share of questions for which nothing cleared the floor, by whether an FAQ answers."""
        groups = {"answerable": self.answerable, "unanswerable": []}
        groups["unanswerable"] = [each for each in self.outcomes if not each.case.right]
        return {
            name: _mean([not each.answered for each in group])
            for name, group in groups.items()
            if group
        }

    def stages_ms(self) -> dict[str, dict[str, float]]:
        """Stage → percentile → milliseconds."""
        stages: dict[str, list[float]] = {}
        for outcome in self.outcomes:
            timings = dict(outcome.trace["timings_ms"])
            timings["search"] = sum(timings[stage] for stage in ("embed", "database", "rank"))
            for stage, milliseconds in timings.items():
                stages.setdefault(stage, []).append(milliseconds)
        return {
            stage: {f"p{p}": round(float(np.percentile(values, p)), 3) for p in PERCENTILES}
            for stage, values in stages.items()
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "questions": len(self.outcomes),
            "answerable": len(self.answerable),
            "recall@1": self.recall_at(1),
            "recall@5": self.recall_at(5),
            "mrr": self.mean_reciprocal_rank(),
            "declined": self.declined(),
            "stages_ms": self.stages_ms(),
            "bad_lines": self.bad_lines,
            "misses": [
                {
                    "property": each.case.property.slug,
                    "question": each.case.question,
                    "right": sorted(each.case.right),
                    "found": list(each.found),
                }
                for each in self.answerable
                if each.rank != 1
            ],
        }

    def as_text(self) -> str:
        lines = [
            f"questions  {len(self.outcomes)} ({len(self.answerable)} with a right FAQ)",
            f"recall@1   {self.recall_at(1):.3f}",
            f"recall@5   {self.recall_at(5):.3f}",
            f"MRR        {self.mean_reciprocal_rank():.3f}",
            *(f"declined   {share:.3f} of the {name}" for name, share in self.declined().items()),
            f"{'stage':<10} " + " ".join(f"{f'p{p}':>9}" for p in PERCENTILES),
        ]
        for stage, values in self.stages_ms().items():
            lines.append(f"{stage:<10} " + " ".join(f"{v:>6.2f} ms" for v in values.values()))
        return "\n".join(lines)


def parse_case(line: str, properties: Mapping[str, Property]) -> Case:
    """Read a line of an evaluation file. Raises ValueError with the reason."""
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    if not isinstance(row.get("question"), str) or not row["question"].strip():
        raise ValueError("`question` must be a text")
    if not isinstance(row.get("property"), str) or row["property"] not in properties:
        raise ValueError(f"there is no property {row.get('property')!r}: import it first")
    right = row.get("faq")
    right = right if isinstance(right, list) else [] if right is None else [right]
    return Case(
        properties[row["property"]],
        row["question"],
        frozenset(map(str, right)),
        parse_history(row.get("history") or []),
    )


def parse_history(history: object) -> tuple[Turn, ...]:
    """[["U", guest's words], ["S", answer], …], oldest first → turns."""
    turns: list[Turn] = []
    try:
        for speaker, text in history:  # type: ignore[attr-defined]
            if speaker == "U" or not turns or turns[-1].answer:
                turns.append(Turn(text if speaker == "U" else "", "" if speaker == "U" else text))
            else:
                turns[-1] = Turn(turns[-1].question, text)
    except (TypeError, ValueError):
        raise ValueError('`history` must be pairs of "U" or "S" and a text') from None
    return tuple(turns)


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
