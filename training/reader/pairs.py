"""What the reader learns from: a question, and of its house's texts the right and the tempting.

The tempting ones are those that the taught encoder takes for the likeliest; the right one stands
among them in any place, so the order that the encoder gives teaches nothing.
"""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from encoder import Encoder
from training import desk
from training.desk import House, Key, Part, Question
from training.encoder.lessons import asked

TEMPTING = 12
"""Texts kept of each house for a question."""
AT_ONCE = 4
RIGHT_AT_ONCE = 2
NEAREST = 3
NEAR = 8
AS_RANKED = 0.7
"""So often the wrong texts are the nearest three; else any three of the nearest eight."""


@dataclass(frozen=True)
class Case:
    """`keys` are the likeliest texts, best first, with their `scores`."""

    question: Question
    house: House
    keys: tuple[Key, ...]
    scores: tuple[float, ...]


def cases(encoder: Encoder, part: Part, *kinds: str) -> list[Case]:
    """All questions of a part that a text answers, or that nothing does; of `kinds` where given."""
    known = desk.houses()
    by_house: dict[str, list[Question]] = {}
    for question in desk.questions(known, part):
        is_wanted = question.kind in kinds if kinds else question.right or question.kind == "none"
        if is_wanted:
            by_house.setdefault(question.house, []).append(question)
    return [
        case
        for house, questions in by_house.items()
        for case in _cases_of(encoder, known[house], questions)
    ]


def _cases_of(encoder: Encoder, house: House, questions: Sequence[Question]) -> list[Case]:
    keys = list(house.texts)
    texts = encoder.texts(list(house.texts.values()))
    with ThreadPoolExecutor() as pool:
        vectors = list(pool.map(encoder.question, map(asked, questions)))
    found = []
    for question, vector in zip(questions, vectors, strict=True):
        scores = texts @ vector
        order = np.argsort(-scores, kind="stable")[:TEMPTING]
        ranked = tuple(keys[at] for at in order)
        found.append(Case(question, house, ranked, tuple(scores[order].tolist())))
    return found


def chosen(case: Case, chance: random.Random) -> list[tuple[Key, bool]]:
    """A few texts in any order, and whether each answers."""
    right = list(case.question.right)[:RIGHT_AT_ONCE]
    wrong = [key for key in case.keys if key not in case.question.right]
    near = wrong[:NEAREST]
    if chance.random() > AS_RANKED:
        near = chance.sample(wrong[:NEAR], min(NEAREST, len(wrong[:NEAR])))
    others = [key for key in wrong[NEAREST:] if key not in near]
    more = max(1, AT_ONCE - len(right) - len(near))
    near += chance.sample(others, min(more, len(others)))
    few = [(key, True) for key in right]
    few += [(key, False) for key in near][: max(AT_ONCE - len(right), 2)]
    chance.shuffle(few)
    return few
