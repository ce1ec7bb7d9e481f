"""Lessons from people: answers and refusals over the FAQs of DSTC9's hotels and restaurants.

Where a FAQ's topic is one of ours, a part of the rows asks in a guest's words instead of the FAQ's
title. A near miss, or a question whose FAQ was taken away, is refused.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from llm.training.dataset.building import answered, asked, refused
from llm.training.dataset.checked import passes
from llm.training.dataset.cleaning import (
    plainly_asked,
    spoken,
    without_small_talk,
    without_yes_or_no,
)
from llm.training.dataset.public import Faq, Place, PublicData
from llm.training.rows import Row

GUESTS_WORDS = 0.35
"""The share of people's answers that are asked for in a guest's words, where there are some."""

REMOVED = 0.13
"""For so many of people's answers there is another row, whose FAQ was taken away."""

NEAREST = 0.7
"""So often the FAQs beside the right one are the nearest to the question, else any."""

_HOW_GOOD = re.compile(
    r"\b(good|nice|best|great|excellent|decent|reliab|stab|strong|fast|quick|speed|qualit|variet"
    r"|select|many|multiple|different|large|big|valu|pric|worth|afford|expens|cheap|review|rated"
    r"|known|range|types?|options|complain|reputation|like|say|comfort|clean|merlot|beers?)",
    re.IGNORECASE,
)
_NO = re.compile(r"\b(no|not|none|never|cannot|without)\b|n't\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\?$|^(is|are|do|does|can|what|when|where|how|why|which|who|any)\b", re.IGNORECASE
)


def people(data: PublicData, chance: random.Random) -> Iterator[Row]:
    """What people answered from an FAQ, and refusals where that FAQ was taken away."""
    for row in data.answers:
        place = data.places[row["property"]]
        faq = replace(place.faqs[row["faq"]], title=row["question"], text=row["fact"])
        answer = without_small_talk(row["answer"])
        if _grounded(place, faq, answer):
            yield _answer(data, chance, place, faq, answer)
        if chance.random() < REMOVED:
            yield from _removed(data, chance, place, faq)


def near_misses(data: PublicData, chance: random.Random) -> Iterator[Row]:
    """Questions about an FAQ that it does not answer."""
    for place in data.places.values():
        faqs = [faq for faq in place.faqs.values() if _near(data, faq)]
        for faq in chance.sample(faqs, min(4, len(faqs))):
            question = chance.choice(_near(data, faq))
            shown = [faq, *_others(chance, place, faq, question)]
            chance.shuffle(shown)
            sources = [each.source for each in shown]
            asks = asked(spoken(chance, question), place.name)
            yield refused(place.id, "people-near", asks, sources)


def desk(data: PublicData, chance: random.Random) -> Iterator[Row]:
    """Questions to a hotel's desk where no FAQ of a hotel has a word of it."""
    hotels = [place for place in data.places.values() if place.hotel]
    for question in filter(_ASKS.search, data.desk):
        place = chance.choice(hotels)
        about = Faq("", question, "")
        sources = [faq.source for faq in place.unrelated(about) if not about.stems & _all(faq)]
        if sources and len(about.stems) > 1:
            shown = chance.sample(sources, min(len(sources), chance.randint(1, 3)))
            yield refused(place.id, "desk", asked(question, place.name), shown)


def turns(data: PublicData, chance: random.Random) -> Iterator[Row]:
    """Turns of DSTC11's dialogs that ask for an FAQ, with what a person answered from that FAQ.

    The dialogs' own answers rest on reviews, and so do answers to how good a thing is.
    """
    given = dict[tuple[str, str], list[str]]()
    for row in data.answers:
        given.setdefault((row["property"], row["faq"]), []).append(row["answer"])
    for row in data.turns:
        said = [text for who, text in row["history"] if who == "U"]
        for piece in row["knowledge"]:
            answers = given.get((piece["property"], piece["doc"]))
            if piece["type"] == "faq" and answers and not _HOW_GOOD.search(row["question"]):
                place = data.places[piece["property"]]
                faq = place.faqs[piece["doc"]]
                answer = without_yes_or_no(without_small_talk(chance.choice(answers)))
                if _grounded(place, faq, answer):
                    asks = asked(row["question"], place.name, said[-1] if said else "")
                    shown = [each.source for each in _others(chance, place, faq, row["question"])]
                    yield answered(chance, asks, faq.source, shown, (place.id, "turn", answer))


def own(data: PublicData, chance: random.Random) -> Iterator[Row]:
    """Our own topics: what guests ask, and FAQs of a line that answer, or nearly."""
    for faq in data.own_faqs:
        topic = data.topics[faq.topic]
        others = [each for each in data.own_faqs if each.family != faq.family]
        lesson = f"topic-{faq.topic}"
        for question in topic["asks"]:
            plain = plainly_asked(question) and plainly_asked(faq.title)
            answer = faq.text if plain else without_yes_or_no(faq.text)
            shown = [each.source for each in chance.sample(others, _count(chance))]
            asks = asked(spoken(chance, question), chance.choice(_names(data)))
            yield answered(chance, asks, faq.source, shown, (lesson, "own", answer))
        for question in _near(data, faq):
            shown = [faq.source, *(each.source for each in chance.sample(others, _count(chance)))]
            chance.shuffle(shown)
            asks = asked(spoken(chance, question), chance.choice(_names(data)))
            yield refused(lesson, "own-near", asks, shown)


def _near(data: PublicData, faq: Faq) -> list[str]:
    """Near misses of the FAQ; none where it says that there is no such thing: that answers."""
    return [] if not faq.topic or _NO.search(faq.text) else data.topics[faq.topic]["near"]


def _grounded(place: Place, faq: Faq, answer: str) -> bool:
    """Whether the answer says no more than its fact."""
    question = replace(asked(faq.title, place.name), sources=(faq.source,))
    return len(answer.split()) > 1 and passes(question, answer)


def _answer(data: PublicData, chance: random.Random, place: Place, faq: Faq, answer: str) -> Row:
    question, kind = faq.title, "people"
    if faq.topic and chance.random() < GUESTS_WORDS:
        question, kind = chance.choice(data.topics[faq.topic]["asks"]), "people-asked"
        if not (plainly_asked(question) and plainly_asked(faq.title)):
            answer = without_yes_or_no(answer)
        question = spoken(chance, question)
    shown = [each.source for each in _others(chance, place, faq, question)]
    asks = asked(question, place.name)
    return answered(chance, asks, faq.source, shown, (place.id, kind, answer))


def _removed(data: PublicData, chance: random.Random, place: Place, faq: Faq) -> Iterator[Row]:
    question = faq.title
    if faq.topic and chance.random() < GUESTS_WORDS:
        question = spoken(chance, chance.choice(data.topics[faq.topic]["asks"]))
    left = place.unrelated(faq)
    chance.shuffle(left)
    if faq.topic and left:
        nearest = place.nearest(question, left)[: chance.randint(1, 3)]
        shown = [each.source for each in nearest]
        yield refused(place.id, "people-removed", asked(question, place.name), shown)


def _others(chance: random.Random, place: Place, faq: Faq, question: str) -> list[Faq]:
    """None to two other FAQs: the nearest, or sometimes any."""
    others = place.unrelated(faq)
    chance.shuffle(others)
    if chance.random() < NEAREST:
        others = place.nearest(question, others)
    return others[: _count(chance)]


def _count(chance: random.Random) -> int:
    return chance.choice((0, 1, 1, 2, 2, 2))


def _all(faq: Faq) -> frozenset[str]:
    return faq.stems | Faq("", faq.text, "").stems


def _names(data: PublicData) -> list[str]:
    return [place.name for place in data.places.values() if place.hotel]
