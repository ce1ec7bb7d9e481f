"""Embed a question and search 10,000 pieces of content: ours beside LangChain's, in one run.

    python benchmarks/search.py ../shared/data/dstc9/properties.jsonl \
        ../shared/data/dstc11/turns.jsonl --peer PEER_VENV/bin/python

The FAQs of the data are repeated under new properties until there are 10,000 (`many` below), and
once more all in one property (`one`), the harder case: there the filter does not help. Both sides
use the same Postgres, the same questions in the same order, taking turns.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from concierge.stack import throwaway

ITEMS = 10_000
ONE = "one"
Row = dict[str, str]


def main() -> None:
    options = arguments()
    rows = list(itertools.islice(repeated_faqs(options.properties), ITEMS))
    questions = list(read_questions(options.turns))
    with throwaway() as stack:
        os.environ.update(stack.environment)
        os.environ.update(LLM_BACKEND="dummy")
        ours = prepare_ours(rows)
        sides: dict[str, Callable[[str, str], float]] = {"concierge": ours}
        if options.peer:
            sides["langchain"] = Peer(options.peer, stack.database_url, rows).ask
        for case, properties in (
            ("many", sorted({row["property"] for row in rows})),
            ("one", [ONE]),
        ):
            report(case, measure(sides, questions, properties, options.samples))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("properties", type=Path)
    parser.add_argument("turns", type=Path)
    parser.add_argument("--peer", help="the peer's python; without it only ours is measured")
    parser.add_argument("--samples", type=int, default=500)
    return parser.parse_args()


def repeated_faqs(file: Path) -> Iterator[Row]:
    properties = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for copy in itertools.count():
        for property_ in properties:
            for faq in property_["faqs"]:
                yield {
                    "property": f"{property_['id']}-{copy}",
                    "question": faq["question"],
                    "answer": faq["answer"],
                }


def read_questions(file: Path) -> Iterator[str]:
    for line in file.read_text(encoding="utf-8").splitlines():
        turn = json.loads(line)
        if any(piece["type"] == "faq" for piece in turn["knowledge"]):
            yield turn["question"]


def prepare_ours(rows: list[Row]) -> Callable[[str, str], float]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "concierge.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for slug, faqs in by_property(rows).items():
            file.write(json.dumps({"id": slug, "kind": "hotel", "name": slug, "faqs": faqs}) + "\n")
        file.flush()
        call_command("import_content", file.name)

    from properties.models import Property
    from retrieval.search import search

    ids = dict(Property.objects.values_list("slug", "pk"))

    def ask(question: str, property_: str) -> float:
        return sum(search(ids[property_], question, property_name=property_).timings_ms.values())

    return ask


def by_property(rows: list[Row]) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {ONE: []}
    for number, row in enumerate(rows):
        faq = {"id": str(number), "question": row["question"], "answer": row["answer"]}
        grouped.setdefault(row["property"], []).append(faq)
        grouped[ONE].append(faq)
    return grouped


class Peer:
    """A process that answers a JSON line with a JSON line."""

    def __init__(self, python: str, database_url: str, rows: list[Row]) -> None:
        content = Path(tempfile.mkdtemp()) / "content.jsonl"
        everything = [*rows, *({**row, "property": ONE} for row in rows)]
        content.write_text("".join(json.dumps(row) + "\n" for row in everything))
        script = Path(__file__).parent / "peers" / "langchain_search.py"
        self.process = subprocess.Popen(
            [python, script, database_url, content],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            sys.exit("The peer ended; see its message above.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, question: str, property_: str) -> float:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"question": question, "property": property_}) + "\n")
        self.process.stdin.flush()
        return float(self._read()["ms"])


def measure(
    sides: dict[str, Callable[[str, str], float]],
    questions: list[str],
    properties: list[str],
    samples: int,
) -> dict[str, list[float]]:
    """Milliseconds by side. The sides take turns, after ten questions that do not count."""
    times: dict[str, list[float]] = {side: [] for side in sides}
    for number in range(samples + 10):
        question = questions[number % len(questions)]
        property_ = properties[number * 7 % len(properties)]
        for side, ask in sides.items():
            milliseconds = ask(question, property_)
            if number >= 10:
                times[side].append(milliseconds)
    return times


def report(case: str, times: dict[str, list[float]]) -> None:
    medians = {side: float(np.median(values)) for side, values in times.items()}
    for side, values in times.items():
        p50, p95, p99 = np.percentile(values, (50, 95, 99))
        ratio = medians[side] / medians["concierge"]
        print(
            f"{case:<5} {side:<10} n={len(values)} p50 {p50:6.2f} ms  p95 {p95:6.2f} ms  "
            f"p99 {p99:6.2f} ms  {ratio:5.1f}x ours"
        )


if __name__ == "__main__":
    main()
