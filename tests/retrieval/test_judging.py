"""Where the encoder is not sure which text answers, the best few are read with the question."""

from typing import Any

import pytest

from retrieval.judging import HOPELESS, READ_AT_ONCE, SURE_ALONE, judge
from retrieval.ranking import Hit

HOUSE = "Lakeside Hotel"
TEXTS = [
    ("When is the pool open?", "From 8:00 to 20:00."),
    ("Is the pool heated?", "Yes, to 28 degrees, from April to October."),
    ("Where can I park?", "In the garage, 15 EUR a night."),
    ("Are pets allowed?", "Dogs are, for 10 EUR a night."),
    ("Is there a gym?", "On the first floor, day and night."),
    ("Can I smoke?", "On the terrace only."),
]


def hits(best: float) -> list[Hit]:
    return [
        Hit("faq", number, "", title, body, None, {}, "en", 0.6, 0.0, False, 0.6 - number / 50,
            best / (1 + number))
        for number, (title, body) in enumerate(TEXTS)
    ]  # fmt: skip


@pytest.mark.parametrize("best", [SURE_ALONE, 1.0, HOPELESS / 2])
def test_what_is_sure_or_hopeless_is_not_read(best: float) -> None:
    assert judge("is it warm", hits(best), HOUSE) == hits(best)


def test_nobody_who_wants_no_reader_gets_one(settings: Any) -> None:
    settings.READER = "none"
    assert judge("is it warm", hits(0.5), HOUSE) == hits(0.5)


def test_the_best_few_are_read_and_the_rest_stays_behind_them() -> None:
    judged = judge("is the water warm enough in may, or freezing", hits(0.5), HOUSE)
    assert {hit.id for hit in judged[:READ_AT_ONCE]} == set(range(READ_AT_ONCE))
    assert [hit.id for hit in judged[READ_AT_ONCE:]] == list(range(READ_AT_ONCE, len(TEXTS)))
    answers = [hit.answers for hit in judged]
    assert answers == sorted(answers, reverse=True)


def test_nothing_found_is_nothing_judged() -> None:
    assert judge("is it warm", [], HOUSE) == []
