"""What the taught encoder finds, in houses that it was not taught with.

Everything is measured with the product's own int8 encoder. `right first` and `among five` are of
the texts of one house; `cut` is where nine of ten questions that nothing answers are declined.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from encoder import Encoder, Vectors
from reading.heads import KIND, Nets
from training import desk
from training.desk import House, Key, Part, Question
from training.encoder.lessons import asked
from training.lanes import DANGERS, GROUPS, LANES, TRAITS, lanes_of, lanes_of_message

DECLINED = 0.9


@dataclass(frozen=True)
class Ranked:
    """A question with the texts of its house, best first, and their cosines."""

    question: Question
    house: House
    keys: tuple[Key, ...]
    scores: tuple[float, ...]

    @property
    def is_own_language(self) -> bool:
        return self.question.language == self.house.language

    @property
    def is_right(self) -> bool:
        return self.keys[0] in self.question.right


def ranked(encoder: Encoder, part: Part, *kinds: str) -> list[Ranked]:
    """The questions of `kinds` at the houses of a part; where none is named, all that a text
    answers or that nothing does."""
    known = desk.houses()
    by_house: dict[str, list[Question]] = {}
    for question in desk.questions(known, part):
        is_wanted = question.kind in kinds if kinds else question.right or question.kind == "none"
        if is_wanted:
            by_house.setdefault(question.house, []).append(question)
    return [
        each
        for house, questions in by_house.items()
        for each in _ranked_in(encoder, known[house], questions)
    ]


def _ranked_in(encoder: Encoder, house: House, questions: list[Question]) -> Iterator[Ranked]:
    keys = list(house.texts)
    texts = encoder.texts(list(house.texts.values()))
    with ThreadPoolExecutor() as pool:
        vectors = list(pool.map(encoder.question, map(asked, questions)))
    for question, vector in zip(questions, vectors, strict=True):
        scores = texts @ vector
        order = np.argsort(-scores, kind="stable")
        ranked_keys = tuple(keys[at] for at in order)
        yield Ranked(question, house, ranked_keys, tuple(scores[order].tolist()))


def texts_table(found: Sequence[Ranked]) -> Iterator[str]:
    for name, own in (("own language", True), ("another language", False)):
        answerable = [
            each for each in found if each.question.kind == "answer" and each.is_own_language is own
        ]
        nothing = [
            each for each in found if each.question.kind == "none" and each.is_own_language is own
        ]
        cut = float(np.quantile([each.scores[0] for each in nothing], DECLINED))
        first = share([each.is_right for each in answerable])
        five = share(
            [not set(each.keys[:5]).isdisjoint(each.question.right) for each in answerable]
        )
        right = share([each.is_right and each.scores[0] > cut for each in answerable])
        wrong = share([not each.is_right and each.scores[0] > cut for each in answerable])
        yield (
            f"{name}: {len(answerable)} answerable, right first {first:.3f}, among five {five:.3f};"
            f" where {DECLINED:.0%} of {len(nothing)} unanswerable are declined:"
            f" right {right:.2f}, wrong {wrong:.2f}"
        )
    for kind in ("menu", "allergen"):
        rows = [each for each in found if each.question.kind == kind and each.question.right]
        if rows:
            yield f"{kind}: {len(rows)}, right first {share([each.is_right for each in rows]):.3f}"
    leaning = [each for each in found if "follow-up" in each.question.style and each.question.right]
    first = share([each.is_right for each in leaning])
    yield f"follow-ups: {len(leaning)}, right first {first:.3f}"


def share(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


@dataclass(frozen=True)
class Rows:
    """Guests' messages as vectors, each by its own words, and what they are: the numbers of the
    lanes that each may be of, and for each trait whether it has it."""

    vectors: Vectors
    lanes: list[list[int]]
    traits: dict[str, list[bool]]


def rows(encoder: Encoder, part: Part) -> Rows:
    """All that is written to the houses of a part, and the messages of the part."""
    questions, messages = desk.questions(desk.houses(), part), desk.messages(part)
    written = [each.text for each in questions] + [each.text for each in messages]
    with ThreadPoolExecutor() as pool:
        vectors = np.stack(list(pool.map(encoder.question, written)))
    lanes = [*map(lanes_of, questions), *map(lanes_of_message, messages)]
    return Rows(
        vectors,
        [[LANES.index(name) for name in names] for names in lanes],
        {
            trait: [*(style in each.style for each in questions), *(False for _ in messages)]
            for trait, style in TRAITS.items()
        },
    )


def group(*names: str) -> list[int]:
    return [LANES.index(name) for name in names]


def is_of(given: Rows, numbers: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([set(each) <= set(numbers) for each in given.lanes])


def lanes_table(nets: dict[str, Nets], given: Rows, cuts: dict[str, float]) -> Iterator[str]:
    """What each group of lanes finds at its cut, and how often it is found where it is not."""
    found = nets[KIND].chances(given.vectors)
    for name, cut in cuts.items():
        if name in TRAITS:
            right = np.array(given.traits[name])
            score = nets[name].chances(given.vectors)[:, 1]
        else:
            numbers = group(*GROUPS[name])
            right, score = is_of(given, numbers), found[:, numbers].sum(1)
        yield (
            f"{name}: {int(right.sum())}, found {share(list(score[right] >= cut)):.3f}, "
            f"false {share(list(score[~right] >= cut)):.4f}"
        )
    danger = found[:, group(*GROUPS["danger"])].sum(1) >= cuts["danger"]
    for name in DANGERS:
        right = is_of(given, group(name))
        yield f"  {name}: {int(right.sum())}, found {share(list(danger[right])):.3f}"
