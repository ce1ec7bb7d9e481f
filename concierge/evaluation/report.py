"""What became of a desk's questions, as tables, as text and as JSON."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from concierge.evaluation.curve import Given, Point, curve
from concierge.evaluation.desk import Question
from concierge.evaluation.judging import VERDICTS, Verdict
from concierge.evaluation.reaction import Reaction
from concierge.evaluation.recall import PERCENTILES

Table = dict[str, Counter[Verdict]]
"""What a question is → how often each verdict."""


@dataclass(frozen=True)
class Outcome:
    question: Question
    reaction: Reaction
    verdict: Verdict
    is_foreign: bool

    def as_json(self, with_texts: bool) -> dict[str, Any]:
        question, reaction = self.question, self.reaction
        row = {
            "id": question.id,
            "property": question.house,
            "kind": question.kind,
            "language": question.language,
            "foreign": self.is_foreign,
            "style": question.style,
            "verdict": self.verdict,
            "route": reaction.route,
            "reason": reaction.reason,
            "handoff": reaction.handoff,
            "given": sorted(reaction.given),
            "nearest": sorted(reaction.nearest),
            "chance": reaction.chance,
            "milliseconds": reaction.milliseconds,
            "fallbacks": reaction.fallbacks,
            "error": reaction.error,
        }
        words = {"question": question.text, "history": question.history, "answer": reaction.text}
        return row | words if with_texts else row


GROUPINGS: Mapping[str, Callable[[Outcome], Iterable[str]]] = {
    "kind": lambda each: [each.question.kind],
    "kind and language": lambda each: [
        f"{each.question.kind}, {'foreign' if each.is_foreign else 'own'}"
    ],
    "language": lambda each: [each.question.language],
    "style": lambda each: each.question.style,
    "way": lambda each: [f"{each.reaction.route or '?'}/{each.reaction.reason or '?'}"],
}
"""By what it is counted. A question of two styles counts in both, one of none in neither."""


@dataclass(frozen=True)
class Report:
    outcomes: Sequence[Outcome]

    @property
    def right(self) -> float:
        return sum(each.verdict == "right" for each in self.outcomes) / len(self.outcomes)

    def tables(self) -> dict[str, Table]:
        return {name: _table(self.outcomes, keys) for name, keys in GROUPINGS.items()}

    def curves(self) -> dict[str, list[Point]]:
        """Apart for what a text of the house answers, and what none does."""
        kinds = {"answered by a text of the house": "answer", "answered by none": "none"}
        return {
            name: curve(list(_given(each for each in self.outcomes if each.question.kind == kind)))
            for name, kind in kinds.items()
        }

    def milliseconds(self) -> dict[str, float]:
        taken = [each.reaction.milliseconds for each in self.outcomes if not each.reaction.error]
        return {f"p{p}": round(float(np.percentile(taken, p)), 1) for p in PERCENTILES if taken}

    def fallbacks(self) -> Counter[str]:
        """What was late or failed, so that somebody else stood in. Many on a busy machine: then it
        is the machine that was measured."""
        return Counter(each for outcome in self.outcomes for each in outcome.reaction.fallbacks)

    def as_text(self) -> str:
        lines = [line for name, table in self.tables().items() for line in _lines(name, table)]
        took = ", ".join(f"{name} {value:.0f} ms" for name, value in self.milliseconds().items())
        late = ", ".join(f"{name} {n}" for name, n in self.fallbacks().most_common())
        lines += [f"an answer took {took}", f"late or failed: {late or 'nothing'}"]
        return "\n".join([*lines, self.summary()])

    def summary(self) -> str:
        return f"right {f'{self.right:.2f}'.removeprefix('0')} of {len(self.outcomes)}"

    def as_json(self, with_texts: bool) -> dict[str, Any]:
        return {
            "questions": len(self.outcomes),
            "right": round(self.right, 4),
            "milliseconds": self.milliseconds(),
            "fallbacks": self.fallbacks(),
            "tables": self.tables(),
            "curves": {name: list(map(asdict, points)) for name, points in self.curves().items()},
            "outcomes": [each.as_json(with_texts) for each in self.outcomes],
        }


def in_order(table: Table) -> list[tuple[str, Counter[Verdict]]]:
    """The largest row first, and rows of one size by name."""
    return sorted(table.items(), key=lambda row: (-row[1].total(), row[0]))


def verdicts_of(tables: Iterable[Table]) -> list[Verdict]:
    """Those that occur, the best first."""
    met = {verdict for table in tables for counts in table.values() for verdict in counts}
    return [verdict for verdict in VERDICTS if verdict in met]


def _table(outcomes: Iterable[Outcome], keys: Callable[[Outcome], Iterable[str]]) -> Table:
    table: Table = {}
    for outcome in outcomes:
        for key in keys(outcome):
            table.setdefault(key, Counter())[outcome.verdict] += 1
    return table


def _lines(name: str, table: Table) -> Iterable[str]:
    yield f"by {name}"
    for key, counts in in_order(table):
        total = counts.total()
        shares = "  ".join(f"{each} {n / total:.0%}" for each, n in counts.most_common())
        yield f"  {key:<28}{total:>5}  {shares}"


def _given(outcomes: Iterable[Outcome]) -> Iterable[Given]:
    for each in outcomes:
        shown, handoff = each.reaction.shown, each.reaction.handoff
        if each.reaction.chance is not None:
            is_right = bool(each.question.gold.right & shown.keys())
            yield Given(each.reaction.chance, is_right if shown and not handoff else None)
