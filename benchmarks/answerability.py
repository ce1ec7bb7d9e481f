"""How often a guest is answered from the right FAQ, and declined where there is none: one table.

    python benchmarks/answerability.py ../shared/data --cv      # extra `train`, about 5 minutes
    python benchmarks/answerability.py ../shared/data           # the weights that ship

The guests' turns of DSTC11 that ask for an FAQ are asked twice at their property. *Answered*: with
all its FAQs, the right one comes first and lies above the threshold. *Declined*: with the right one
and its near-duplicates taken out, nothing lies above it. *Chat*: turns that ask for no knowledge,
each at a property taken by chance, where nothing lies above it. A near-duplicate is an FAQ of the
same property whose vector (title and answer, without the property's name) has a cosine of 0.6 or
more with a right one's (NEAR_DUPLICATE in retrieval/checker/dataset.py).

With `--cv` each turn is judged by weights that were trained without its property: neither its FAQs,
nor any turn at it, nor a turn in the same words anywhere. Without, by the weights that ship, which
have seen these turns: good to check a build, no measure of quality. *Unseen topics* are judged by
weights whose training held nothing about the topics that the turns ask for.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from retrieval.checker.checker import Asked, Checker
from retrieval.checker.dataset import Data, Place, Turn
from retrieval.checker.pairs import Pair, pairs
from retrieval.checker.train import Recipe, fit, folds
from retrieval.embedders.base import Vectors
from retrieval.embedders.minilm import MiniLM

FOLDS = 3
COSINES = (0.30, 0.35, 0.40, 0.45, 0.50, 0.60)
PROBABILITIES = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50, 0.75, 0.90)
PICTURE = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "answerability.svg"
LOWEST = 0.4
"""Where the picture's axes begin."""

ASKED_FOR = ("wifi", "alcohol", "outdoor", "breakfast")
THEIR_WORDS = re.compile(
    r"wi.?fi|internet|online|alcohol|beer|wine|drink|outdoor|outside|breakfast"
)
Judge = Callable[[Vectors], Asked]


@dataclass(frozen=True)
class Scores:
    """One turn's best score, and whether the right FAQ has it; both turns without FAQ: right."""

    kind: str
    best: float
    right: bool


def main() -> None:
    options = arguments()
    embedder = MiniLM()
    data = Data(options.data, embedder)
    everything = frozenset(data.places)
    table("cosine", list(scores(data, everything, cosine)), COSINES)
    if not options.cv:
        shipped = list(scores(data, everything, Checker().asked))
        table("checker as shipped (it has seen these turns)", shipped, PROBABILITIES)
        return
    unseen: list[Scores] = []
    for part in folds(list(data.places.values()), FOLDS):
        judge = trained(pairs(data, without=part), data)
        unseen += scores(data, part, judge)
    table(f"checker, {FOLDS}-fold by property", unseen, PROBABILITIES)
    elsewhere = trained(about_other_topics(data), data)
    table("checker, unseen topics", list(scores(data, everything, elsewhere)), PROBABILITIES)
    draw({"cosine": scores(data, everything, cosine), "checker": unseen})


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder with dstc9, dstc11 and nlupp")
    parser.add_argument("--cv", action="store_true", help="train and judge by cross-validation")
    return parser.parse_args()


def cosine(question: Vectors) -> Asked:
    """No checker: the score is the cosine itself."""
    return Asked(question, 1.0, 0.0)


def trained(found: Sequence[Pair], data: Data) -> Judge:
    weights, intercept = fit(found, data.embedder, Recipe())

    def judge(question: Vectors) -> Asked:
        towards = question @ weights
        length = float(np.linalg.norm(towards))
        return Asked(towards / length, length, intercept)

    return judge


def about_other_topics(data: Data) -> list[Pair]:
    """The pairs with neither a text nor a question about what the turns ask for."""
    faqs = [faq for place in data.places.values() for faq in place.faqs] + data.own_faqs
    texts = {(faq.title, faq.body) for faq in faqs if faq.family in ASKED_FOR}
    ours = [row for row in data.ours if row["family"] in ASKED_FOR]
    asked = {question.lower() for row in ours for question in row["asks"] + row["near"]}
    return [
        pair
        for pair in pairs(data)
        if (pair.title, pair.body) not in texts
        and not THEIR_WORDS.search(pair.question.lower())
        and not any(question in pair.question.lower() for question in asked)
    ]


def scores(data: Data, part: frozenset[str], judge: Judge) -> Iterator[Scores]:
    """The turns at the properties of `part`; a score is a probability, of `cosine` a cosine."""
    for turn in data.turns:
        if not turn.needs_knowledge:
            for id_ in turn.places & part:
                yield Scores("chat", max(judged(data, turn, data.places[id_], judge)), True)
        for id_ in sorted(turn.right.keys() & part):
            place = data.places[id_]
            all_ = judged(data, turn, place, judge)
            first = int(np.argmax(all_))
            yield Scores("answered", all_[first], place.faqs[first].id in turn.right[id_])
            gone = place.near_duplicates(turn.right[id_])
            left = [each for each, faq in zip(all_, place.faqs, strict=True) if faq.id not in gone]
            yield Scores("declined", max(left), True)


def judged(data: Data, turn: Turn, place: Place, judge: Judge) -> list[float]:
    asked = judge(data.vector(turn.question, place))
    found = place.vectors @ asked.vector
    return [asked.probability(each) if judge is not cosine else float(each) for each in found]


def rates(found: Iterable[Scores], threshold: float) -> dict[str, float]:
    by_kind: dict[str, list[bool]] = {"answered": [], "declined": [], "chat": []}
    for each in found:
        above = each.best >= threshold
        by_kind[each.kind].append(above and each.right if each.kind == "answered" else not above)
    return {kind: float(np.mean(outcomes)) for kind, outcomes in by_kind.items()}


def table(title: str, found: list[Scores], thresholds: Sequence[float]) -> None:
    first = [each.right for each in found if each.kind == "answered"]
    print(f"\n{title}: {len(first)} cases, right FAQ first {np.mean(first):.3f}")
    print("| threshold | answered | declined | chat declined |\n|---|---|---|---|")
    for threshold in thresholds:
        row = rates(found, threshold)
        print(f"| {threshold:.2f} | " + " | ".join(f"{each:.3f}" for each in row.values()) + " |")


def draw(curves: dict[str, Iterable[Scores]]) -> None:
    """Both rates of every threshold, as a curve each, with the goal's corner."""
    lines: list[str] = []
    for (name, found), colour in zip(curves.items(), ("#9a9a9a", "#1b6e6a"), strict=True):
        known = list(found)
        points = {
            (row["answered"], row["declined"])
            for row in (rates(known, each.best) for each in known if each.kind != "chat")
        }
        seen = sorted(
            (each for each in points if min(each) >= LOWEST), key=lambda it: (it[0], -it[1])
        )
        path = " ".join(f"{x(right):.0f},{y(gone):.0f}" for right, gone in seen)
        lines.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<text x="60" y="{330 + 18 * len(lines)}" fill="{colour}">{name}</text>'
        )
    goal = f'<rect x="{x(0.85)}" y="{y(1)}" width="{x(1) - x(0.85)}" height="{y(0.9) - y(1)}"'
    ticks = "".join(
        f'<text x="{x(n / 10)}" y="{y(LOWEST) + 16}" text-anchor="middle">{n * 10}</text>'
        f'<text x="44" y="{y(n / 10) + 4}" text-anchor="end">{n * 10}</text>'
        for n in range(int(LOWEST * 10), 11)
    )
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 400" font-family="sans-serif"'
        ' font-size="12" fill="#444"><rect width="480" height="400" fill="#fff"/>'
        f'{goal} fill="#dff0e4"/><path d="M50 {y(1)}V{y(LOWEST)}H{x(1)}" stroke="#888"'
        ' fill="none"/>'
        f'{ticks}{"".join(lines)}<text x="250" y="385" text-anchor="middle">answered from the'
        ' right FAQ, % (green: the goal)</text><text x="14" y="160" text-anchor="middle"'
        ' transform="rotate(-90 14 160)">declined without it, %</text></svg>\n',
        encoding="utf-8",
    )
    print(f"\nDrew {PICTURE}.")


def x(rate: float) -> float:
    return 50 + (rate - LOWEST) / (1 - LOWEST) * 400


def y(rate: float) -> float:
    return 290 - (rate - LOWEST) / (1 - LOWEST) * 270


if __name__ == "__main__":
    main()
