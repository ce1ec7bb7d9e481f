"""What the encoder reads in one step: questions of one house, its texts, and messages.

A house's texts are the choices of its questions, and "nothing here answers" is another: what the
product has to tell apart is what stands in one house.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from encoder import in_a_talk
from training.desk import House, Key, Message, Question
from training.lanes import LANES, lanes_of, lanes_of_message

QUESTIONS = 128
TEXTS = 56
MESSAGES = 40
FEWEST_WRONG = 8
MISTYPED = 0.22
"""Of all that guests write, so much is given typing errors while it is learned."""
UNRELATED = 0.15
"""Of the questions that stand alone, so many are given another one in front: what was said before
may have nothing to do with what is asked now."""


@dataclass(frozen=True)
class Lesson:
    """`right[i]` holds the places in `texts` of what answers question i, none where nothing does;
    None where that is not what it teaches. `lanes` are those of the questions, then the messages:
    each row is one of the lanes by number."""

    guests: list[str]
    texts: list[str]
    right: list[list[int] | None]
    lanes: list[list[int]]


def asked(question: Question) -> str:
    """A guest's words as they are read, with the turn before in front."""
    return in_a_talk(question.before[-1], question.text) if question.before else question.text


def lessons(
    houses: dict[str, House],
    questions: Sequence[Question],
    messages: Sequence[Message],
    chance: random.Random,
) -> Iterator[Lesson]:
    """Each question once, in chance order; messages as they come, again and again."""
    by_house: dict[str, list[Question]] = {}
    for question in questions:
        by_house.setdefault(question.house, []).append(question)
    groups = []
    for each in by_house.values():
        chance.shuffle(each)
        groups += [each[at : at + QUESTIONS] for at in range(0, len(each), QUESTIONS)]
    chance.shuffle(groups)
    beside = _again_and_again(messages, chance)
    for group in groups:
        yield _lesson(
            houses[group[0].house], group, [next(beside) for _ in range(MESSAGES)], chance
        )


def behind_another(question: Question, others: Sequence[Question], chance: random.Random) -> str:
    """As `asked`; now and then behind a question that it does not lean on."""
    if question.before or chance.random() > UNRELATED:
        return asked(question)
    return in_a_talk(chance.choice(others).text, question.text)


def _again_and_again(messages: Sequence[Message], chance: random.Random) -> Iterator[Message]:
    while True:
        yield from chance.sample(messages, len(messages))


def _lesson(
    house: House, questions: Sequence[Question], messages: Sequence[Message], chance: random.Random
) -> Lesson:
    needed = list(dict.fromkeys(key for each in questions for key in each.right))
    others = [key for key in house.texts if key not in set(needed)]
    chance.shuffle(others)
    chosen = needed + others[: max(FEWEST_WRONG, TEXTS - len(needed))]
    places = {key: place for place, key in enumerate(chosen)}
    written = [behind_another(each, questions, chance) for each in questions]
    written += [each.text for each in messages]
    lanes = [lanes_of(each) for each in questions] + [lanes_of_message(each) for each in messages]
    return Lesson(
        guests=[mistyped(text, chance) for text in written],
        texts=[house.texts[key] for key in chosen],
        right=[_right(each, places) for each in questions],
        lanes=[[LANES.index(name) for name in each] for each in lanes],
    )


def _right(question: Question, places: dict[Key, int]) -> list[int] | None:
    """None for what the house's texts need not answer: a complaint, small talk."""
    if question.right or question.kind == "none":
        return [places[key] for key in question.right]
    return None


def mistyped(text: str, chance: random.Random) -> str:
    """`text` as thumbs type it, now and then: letters lost, doubled or changed places, words run
    together, no capitals and marks."""
    if chance.random() > MISTYPED or len(text) < 8:
        return text
    letters = list(text)
    for _ in range(chance.choice((1, 1, 2, 2, 3))):
        at, what = chance.randrange(len(letters) - 1), chance.random()
        if what < 0.3:
            letters.pop(at)
        elif what < 0.55:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif what < 0.7:
            letters.insert(at, letters[at])
        elif letters[at] == " ":
            letters.pop(at)
    typed = "".join(letters)
    return typed.lower().replace("'", "").replace("?", "") if chance.random() < 0.3 else typed
