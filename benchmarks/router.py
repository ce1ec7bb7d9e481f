"""The router beside a kNN router, chance and an oracle; and its weights, fitted anew.

    python benchmarks/router.py var/router.jsonl

CASES are made by benchmarks/router_cases.py. The properties are in two halves, and nothing written
is asked in the same words in both: each half is judged by weights that were fitted on the other,
and the weights that ship are fitted on both. The strong model is people, whose answers are taken to
be right: 1. The local model's are measured in two ways: how far its words are those that the staff
wrote for what was asked (ROUGE-L), and for how many of the things asked it spoke from the right
source.
"""

import argparse
import json
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from llm.calibration import (
    Array,
    Outcomes,
    area,
    bootstrap,
    curve,
    fit,
    nearest_neighbours,
    oracle,
    random_area,
    threshold_for,
)
from llm.router import Evidence, Features, Policy, decide, difficulty, features
from reading.message import read

Case = dict[str, Any]
UNSEEN = ("foreign",)
"""In next to none of the cases: it gets the weight of `several`, for it is not for a model that
copies one source."""


class Fitted(NamedTuple):
    """A bias, and weights of the features."""

    bias: float
    weights: Array

    def difficulties(self, cases: list[Case]) -> Array:
        log_odds = self.bias + matrix(cases) @ self.weights
        expected: Array = 1 / (1 + np.exp(-log_odds))
        return expected


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", type=Path)
    # As retrieval/ranking.py has them.
    parser.add_argument("--floor", type=float, default=0.25)
    parser.add_argument("--sure", type=float, default=0.75)
    options = parser.parse_args()
    policy = Policy(options.floor, options.sure, threshold=0.5, local_writes=True, api=True)
    lines = options.cases.read_text(encoding="utf-8").splitlines()
    everything = [json.loads(line) for line in lines]
    cases = [
        case for case in everything if decide(evidence_of(case), policy).way in {"local", "api"}
    ]
    one = [case for case in cases if not case["held_out"]]
    other = [case for case in cases if case["held_out"]]
    print(f"{len(everything)} questions, {len(cases)} of them for a model: {len(one)} and "
          f"{len(other)}, {dict(Counter(case['kind'] for case in cases))}")  # fmt: skip
    judged = {"second half": by(one, other), "first half": by(other, one)}
    cases = other + one
    orders = {
        name: np.concatenate([half[name] for half in judged.values()])
        for name in judged["first half"]
    }
    report_weights(fitted(cases), cases, orders["ours"])
    compare_all({"second half": other, "first half": one, "both": cases}, judged | {"both": orders})
    report_curve(orders["ours"], outcomes_of(cases, staffs))
    report_speed(cases, policy)


def by(train: list[Case], held: list[Case]) -> dict[str, Array]:
    """The difficulties of `held` as each router sees them that has learnt from `train`."""
    return {
        "ours": fitted(train).difficulties(held),
        "kNN": nearest_neighbours(
            vectors(train), shortfalls(train), vectors(held), neighbours=best_k(train)
        ),
        "random": np.random.default_rng(0).random(len(held)),
    }


def evidence_of(case: Case) -> Evidence:
    answers = tuple(case["answers"])
    kinds = ("faq",) * len(answers)
    several, words = read(case["question"]).several, len(case["question"].split())
    return Evidence(answers, kinds, several, words, written="own", cached=False)


def fitted(cases: list[Case]) -> Fitted:
    """A ridge of 1: best by cross-validation inside one half."""
    seen = [name not in UNSEEN for name in Features._fields]
    found = fit(matrix(cases)[:, seen], shortfalls(cases))
    weights = np.full(len(seen), found[1 + Features._fields.index("several")])
    weights[seen] = found[1:]
    return Fitted(found[0], weights)


def matrix(cases: list[Case]) -> Array:
    return np.array([features(evidence_of(case)) for case in cases])


def shortfalls(cases: list[Case]) -> Array:
    return np.array([1 - staffs(case) for case in cases])


def vectors(cases: list[Case]) -> Array:
    return np.array([case["vector"] for case in cases])


def best_k(cases: list[Case]) -> int:
    """How many neighbours serve the kNN router best, leaving properties out of its own half."""
    parts = np.array([zlib.crc32(case["property"].encode()) // 2 % 5 for case in cases])

    def error(k: int) -> float:
        wrong = np.zeros(len(cases))
        for part in range(5):
            rest, out = parts != part, parts == part
            votes = nearest_neighbours(
                vectors(cases)[rest], shortfalls(cases)[rest], vectors(cases)[out], neighbours=k
            )
            wrong[out] = (votes - shortfalls(cases)[out]) ** 2
        return float(wrong.mean())

    return min((5, 10, 20, 40), key=error)


def staffs(case: Case) -> float:
    """ROUGE-L F of the local answer and the FAQs that answer; of equally right ones the best."""
    chosen = [max(facts, key=lambda fact: rouge(case["local"], fact)) for facts in case["facts"]]
    return rouge(case["local"], " ".join(chosen))


def sources(case: Case) -> float:
    """The share of what was asked that the local answer's source answers."""
    return float(np.mean([case["found"][0] in right for right in case["right"]]))


def rouge(one: str, other: str) -> float:
    """Lin 2004: F of the longest common subsequence of words."""
    first, second = (
        text.lower().replace(".", " ").replace(",", " ").split() for text in (one, other)
    )
    row = [0] * (len(second) + 1)
    for word in first:
        before = 0
        for place, each in enumerate(second, 1):
            before, row[place] = (
                row[place],
                before + 1 if word == each else max(row[place], row[place - 1]),
            )
    return 2 * row[-1] / (len(first) + len(second)) if first and second else 0.0


def outcomes_of(cases: list[Case], quality: Callable[[Case], float]) -> Outcomes:
    """Costs are tokens, a written one as dear as four that are read."""
    strong = [case["prompt_tokens"] + 4 * case["answer_tokens"] for case in cases]
    return Outcomes(
        np.array([quality(case) for case in cases]),
        np.ones(len(cases)),
        np.zeros(len(cases)),
        np.array(strong, dtype=float),
    )


def report_weights(found: Fitted, cases: list[Case], ours: Array) -> None:
    """As they stand in llm/router.py and llm/calibration.py, to be copied there."""
    print(f"\nTHRESHOLD = {threshold_for(ours, 0.7):.3f}")
    print(f"BIAS = {found.bias:.2f}\nWEIGHTS = Features(")
    for name, weight in zip(Features._fields, found.weights, strict=True):
        print(f"    {name}={weight:.2f},")
    steps = ", ".join(f"{each:.3f}" for each in np.quantile(ours, np.linspace(0.025, 0.975, 20)))
    read, written = (
        np.mean([case[f"{kind}_tokens"] for case in cases]) for kind in ("prompt", "answer")
    )
    print(f")\nTYPICAL_DIFFICULTIES = ({steps})\nTYPICAL_TOKENS = ({read:.1f}, {written:.1f})")


def compare_all(halves: dict[str, list[Case]], orders: dict[str, dict[str, Array]]) -> None:
    # Guests' turns of DSTC11 are nearly all easy: who tells them by their style has learnt who
    # wrote a question, not how hard it is. So the comparison is made without them, too.
    for measure, quality in (("the staff's words", staffs), ("the right sources", sources)):
        for kinds in (("guest", "written", "pair"), ("written", "pair")):
            for half, cases in halves.items():
                rows = np.array([case["kind"] in kinds for case in cases])
                some = [case for case, wanted in zip(cases, rows, strict=True) if wanted]
                print(f"\nQuality by {measure}; {', '.join(kinds)}; {half}: {len(some)} questions")
                compare(some, {name: order[rows] for name, order in orders[half].items()}, quality)


def compare(cases: list[Case], orders: dict[str, Array], quality: Callable[[Case], float]) -> None:
    """The area under quality over cost of each router, and how far ours is ahead."""
    groups = [case["property"] for case in cases]
    outcomes = outcomes_of(cases, quality)
    print(f"  local alone    {outcomes.local_quality.mean():.3f}")
    ours = orders["ours"]
    print(f"  ours           {area(ours, outcomes):.3f}")
    for name in ("kNN", "random"):
        order = orders[name]
        # One toss of the coin has an interval; all of them together have a mean.
        value = random_area(outcomes) if name == "random" else area(order, outcomes)
        low, high = bootstrap(ours, order, outcomes, groups)
        ahead = area(ours, outcomes) - value
        print(f"  {name:<14} {value:.3f}  ours {ahead:+.3f} (95 % {low:+.3f} to {high:+.3f})")
    print(f"  oracle         {area(oracle(outcomes), outcomes):.3f}")


def report_curve(ours: Array, outcomes: Outcomes) -> None:
    print("\nto the API  quality  by chance  tokens a question")
    alone, strong = outcomes.local_quality.mean(), outcomes.strong_quality.mean()
    for point in curve(ours, outcomes):
        chance = alone + point.api_share * (strong - alone)
        print(f"{point.api_share:>9.0%} {point.quality:>8.3f} {chance:>10.3f} {point.cost:>12.0f}")


def report_speed(held: list[Case], policy: Policy) -> None:
    evidence = [evidence_of(case) for case in held]

    def microseconds(call: Callable[[int], object]) -> float:
        started = time.perf_counter()
        for index in range(len(held)):
            call(index)
        return (time.perf_counter() - started) / len(held) * 1e6

    hard = microseconds(lambda index: difficulty(evidence[index]))
    decision = microseconds(lambda index: decide(evidence[index], policy))
    print(f"\nmicroseconds: difficulty {hard:.0f}, decision {decision:.0f}")


if __name__ == "__main__":
    main()
