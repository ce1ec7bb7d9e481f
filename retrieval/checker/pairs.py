"""Pairs of a guest's question and a text, with how well the text answers: what the checker learns.

Five sources, each with its own way to know what is right (README.md has the counts):

- DSTC11's turns at their property: what people took their answer from answers (a little less where
  the guest asks how good it is); nothing else does.
- DSTC9's FAQ titles, asked at another property: its FAQ of the same topic answers.
- Our own guests' questions: answered by FAQs of their topic; a text of the same family, or of the
  topic that a near miss is about, is only about it.
- NLU++'s questions to a hotel's desk: unanswered by FAQs that are not near.
- Our own dishes and places, asked for by name or by kind.

Where nobody has said whether a text answers and the cosine is high, the pair is left out.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval.checker.dataset import NEAR_DUPLICATE, Data, Faq, Place, Turn
from retrieval.embedders.base import Vectors
from retrieval.embedders.formula import without_name

DOUBTFUL = 0.5
"""Cosine from which a text that nobody has judged may answer after all."""

SAME_TITLE = 0.85
"""Cosine from which a title asks what an FAQ elsewhere answers, whatever the topics say."""

ANSWERS, SUBJECTIVE, ABOUT, UNRELATED = 1.0, 0.7, 0.25, 0.0
HOW_GOOD = re.compile(
    r"\b(good|nice|best|great|excellent|decent|reliab|stab|strong|fast|speed|quality|variety"
    r"|selection|many|different|large|big|value|price|reasonabl|afford|cheap|review|rated|known)",
    re.IGNORECASE,
)
FOOD = ("alcohol", "breakfast", "diet-", "kids-menu", "restaurant", "directions", "doctor", "music")
"""Families whose questions a dish or a place may answer too."""


@dataclass(frozen=True)
class Pair:
    """`target` is how well `title` and `body` answer `question`, 0 … 1."""

    question: str
    title: str
    body: str
    target: float


def pairs(data: Data, *, without: frozenset[str] = frozenset(), seed: int = 0) -> list[Pair]:
    """Everything to train on, in random order; nothing of the properties in `without`.

    A turn that names one of them is left out as well, and so is any turn with the same words.
    """
    sampler = Sampler(data, without, random.Random(seed))  # noqa: S311 (no secret depends on it)
    found = [
        *sampler.of_turns(),
        *sampler.of_titles(),
        *sampler.of_our_questions(),
        *sampler.of_the_desk(),
        *sampler.of_items(),
    ]
    sampler.random.shuffle(found)
    return found


class Sampler:
    """Chooses pairs: every positive, the hardest negatives by cosine, and a few at random."""

    def __init__(self, data: Data, without: frozenset[str], chance: random.Random) -> None:
        self.data = data
        self.random = chance
        self.places = [place for id_, place in data.places.items() if id_ not in without]
        held_out = {turn.question.lower() for turn in data.turns if turn.places & without}
        self.turns = [turn for turn in data.turns if turn.question.lower() not in held_out]
        self.hotels = [place for place in self.places if place.kind == "hotel"]

    def of_turns(self) -> Iterator[Pair]:
        for turn in self.turns:
            for id_ in sorted(turn.places):
                place = self.data.places[id_]
                if not turn.needs_knowledge:
                    yield from self._unanswered(turn.question, place, 2)
                elif id_ in turn.right:
                    yield from self._answered(turn, place)
                else:
                    yield from self._unanswered(turn.question, place, 3, NEAR_DUPLICATE)

    def _answered(self, turn: Turn, place: Place) -> Iterator[Pair]:
        question = without_name(turn.question, place.name)
        right = turn.right[place.id]
        target = SUBJECTIVE if HOW_GOOD.search(question) else ANSWERS
        for faq in place.faqs:
            if faq.id in right:
                yield from (self._pair(question, faq, target) for _ in range(3))
        yield from self._unanswered(
            turn.question, place, 6, 1.0, besides=place.near_duplicates(right)
        )

    def of_titles(self) -> Iterator[Pair]:
        alike = {
            kind: [place for place in self.places if place.kind == kind]
            for kind in ("hotel", "restaurant")
        }
        for place in self.places:
            for faq, vector in zip(place.faqs, place.vectors, strict=True):
                other = self.random.choice(alike[place.kind])
                cosines = other.vectors @ vector
                same = [
                    each
                    for each, cosine in zip(other.faqs, cosines, strict=True)
                    if (faq.topic and each.topic == faq.topic) or cosine >= SAME_TITLE
                ]
                if same:
                    yield self._pair(faq.title, self.random.choice(same), ANSWERS)
                besides = {each.id for each in same} | family(other, faq.family)
                yield from self._hard(faq.title, other, cosines, 1, 0.7, besides)

    def of_our_questions(self) -> Iterator[Pair]:
        for row in self.data.ours:
            topic, family_ = row["topic"], row["family"]
            having = [each for each in self.places if any(f.topic == topic for f in each.faqs)]
            for question in row["asks"]:
                for faq in self.data.own_faqs:
                    if faq.family == family_:
                        yield self._pair(question, faq, ANSWERS if faq.topic == topic else ABOUT)
                for place in self._some(having, 3):
                    faqs = [faq for faq in place.faqs if faq.topic == topic]
                    yield self._pair(question, self.random.choice(faqs), ANSWERS)
                yield from self._elsewhere(question, family_, self._some(having, 2))
            for question in row["near"]:
                for title, body in row["faqs"]:
                    yield self._pair(question, Faq("", title, body, None, None), ABOUT)
                yield from self._elsewhere(question, family_, self._some(having, 1))

    def _elsewhere(self, question: str, family_: str, places: list[Place]) -> Iterator[Pair]:
        """What does not answer: FAQs of other families, theirs and ours, and items."""
        for place in [*places, self.random.choice(self.places)]:
            cosines = place.vectors @ self.data.vector(question, place)
            yield from self._hard(question, place, cosines, 2, 1.0, family(place, family_))
        others = [faq for faq in self.data.own_faqs if faq.family != family_]
        yield from (self._pair(question, faq, UNRELATED) for faq in self._some(others, 3))
        if not family_.startswith(FOOD):
            item = self.random.choice(self.data.items)
            yield Pair(self._said(question), item["title"], item["body"], UNRELATED)

    def of_the_desk(self) -> Iterator[Pair]:
        for question in self.data.desk:
            yield from self._unanswered(question, self.random.choice(self.hotels), 2)

    def of_items(self) -> Iterator[Pair]:
        for item in self.data.items:
            for question in item["asks"]:
                others = [
                    each for each in self.data.items if not set(each["tags"]) & set(item["tags"])
                ]
                yield from self._items(question, [item], others)
        for row in self.data.tags:
            wanted = [each for each in self.data.items if row["tag"] in each["tags"]]
            others = [each for each in self.data.items if row["tag"] not in each["tags"]]
            for question in row["asks"]:
                yield from self._items(question, wanted, others)

    def _items(
        self, question: str, wanted: list[dict[str, Any]], others: list[dict[str, Any]]
    ) -> Iterator[Pair]:
        for item in self._some(wanted, 4):
            for _ in range(2):
                yield Pair(self._said(question), item["title"], item["body"], ANSWERS)
        for item in self._some(others, 5):
            yield Pair(self._said(question), item["title"], item["body"], UNRELATED)
        hotel = self.random.choice(self.places)
        yield from self._unanswered(question, hotel, 1, 0.4)

    def _unanswered(
        self,
        question: str,
        place: Place,
        count: int,
        doubtful: float = DOUBTFUL,
        besides: set[str] | None = None,
    ) -> Iterator[Pair]:
        cosines = place.vectors @ self.data.vector(question, place)
        text = without_name(question, place.name)
        yield from self._hard(text, place, cosines, count, doubtful, besides or set())

    def _hard(
        self,
        question: str,
        place: Place,
        cosines: Vectors,
        count: int,
        doubtful: float,
        besides: set[str],
    ) -> Iterator[Pair]:
        """The `count` nearest FAQs below `doubtful`, and one at random."""
        nearest = [place.faqs[n] for n in np.argsort(-cosines) if cosines[n] < doubtful]
        wrong = [faq for faq in nearest if faq.id not in besides]
        for faq in [*wrong[:count], *self._some(wrong[count:], 1)]:
            yield self._pair(question, faq, UNRELATED)

    def _pair(self, question: str, faq: Faq, target: float) -> Pair:
        return Pair(self._said(question), faq.title, faq.body, target)

    def _some(self, population: list[Any], count: int) -> list[Any]:
        return self.random.sample(population, min(count, len(population)))

    def _said(self, question: str) -> str:
        """`question` as it may come: with small talk before it, or without its punctuation."""
        kind = self.random.random()
        if kind < 0.3:
            return f"{self.random.choice(SMALL_TALK)} {question}"
        return question.lower().rstrip("?.! ") if kind < 0.4 else question


def family(place: Place, name: str | None) -> set[str]:
    return {faq.id for faq in place.faqs if name and faq.family == name}


SMALL_TALK = (
    "Great, thanks!",
    "Okay. Before I book,",
    "Hi there!",
    "Hello, quick question:",
    "Good morning!",
    "Perfect, that works for us.",
    "Thank you so much.",
    "Sounds good.",
    "Sorry to bother you,",
    "One more thing:",
    "Oh, and",
    "No, that's fine.",
    "We arrive on Friday with two kids.",
    "I'm staying in room 204.",
    "Yes please.",
    "That sounds lovely!",
    "Before I decide,",
    "Ok thanks.",
    "Hm, let me think.",
    "We'll be there for three nights.",
    "I have a reservation for next week.",
    "Just wondering,",
    "Can you tell me:",
    "I'd like to know:",
    "Actually,",
)
