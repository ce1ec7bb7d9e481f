"""What is a right reaction, and what kind of wrong the others are."""

from dataclasses import replace
from typing import Any

import pytest

from concierge.answering.answer import Answer
from concierge.evaluation.curve import Given, curve
from concierge.evaluation.desk import Question
from concierge.evaluation.judging import VERDICTS, says, verdict
from concierge.evaluation.reaction import Reaction, reaction_of

POOL, SPA, BAR = ("faq", "pool"), ("faq", "spa"), ("faq", "bar")
SOUP, PIE = ("item", "soup"), ("item", "pie")


def question(kind: str, **gold: Any) -> Question:
    return Question.model_validate(
        {
            "id": "1",
            "property": "inn",
            "language": "en",
            "question": "?",
            "kind": kind,
            "gold": gold,
        }
    )


def given(*keys: tuple[str, str], text: str = "Some text.", **fields: Any) -> Reaction:
    shown = {key: key[1].title() for key in keys}
    plain = Reaction(text, "en", "curated", "sure", ("sure",), given=frozenset(keys), shown=shown)
    return replace(plain, **fields)


def nearest(key: tuple[str, str], *choices: tuple[str, str]) -> Reaction:
    shown = {key: key[1].title()}
    return given(reason="nearest", nearest=frozenset([key, *choices]), shown=shown)


def handed_over(reason: str, *keys: tuple[str, str]) -> Reaction:
    return given(*keys, route="handoff", reason=reason, reasons=(reason,), handoff=reason)


def judged(question: Question, reaction: Reaction) -> str:
    return verdict(question, reaction, "en")


WHEN = question("answer", any=[POOL, SPA], say=[["9:00", "9 am"]], never=["all night"])
BOTH = question("answer", all=[POOL, SPA])
NONE = question("none", near=[])


@pytest.mark.parametrize(
    ("reaction", "expected"),
    [
        (given(POOL, text="From 9 am."), "right"),
        (given(SPA, text="Von 9 Uhr an.", language="de"), "right"),
        (given(BAR, text="It opens at 9:00."), "right"),
        (given(POOL), "partly"),
        (given(BAR), "wrong"),
        (given(POOL, text="From 9 am, all night."), "wrong"),
        (given(text=""), "needless"),
        (handed_over("unanswerable"), "needless"),
        (handed_over("unanswerable", POOL), "hedged"),
        (handed_over("complaint"), "false_alarm"),
        (handed_over("safety"), "false_alarm"),
        (nearest(POOL), "nearest"),
        (nearest(BAR, SPA), "nearest"),
        (nearest(BAR), "wrong_nearest"),
        (Reaction(error="TimeoutError"), "error"),
    ],
)
def test_a_question_that_a_text_answers(reaction: Reaction, expected: str) -> None:
    assert judged(WHEN, reaction) == expected


def test_of_two_texts_that_are_needed_one_is_half() -> None:
    assert judged(BOTH, given(POOL, SPA)) == "right"
    assert judged(BOTH, given(POOL, BAR)) == "partly"


@pytest.mark.parametrize(
    ("reaction", "expected"),
    [
        (handed_over("unanswerable"), "right"),
        (handed_over("unanswerable", BAR), "hedged"),
        (nearest(BAR), "nearest"),
        (given(BAR), "wrong"),
        (given(), "invented"),
    ],
)
def test_a_question_that_nothing_answers(reaction: Reaction, expected: str) -> None:
    assert judged(NONE, reaction) == expected


@pytest.mark.parametrize(
    ("reaction", "expected"),
    [
        (given(SOUP, PIE), "right"),
        (given(SOUP), "partly"),
        (given(SOUP, PIE, ("item", "tart")), "partly"),
        (given(BAR), "wrong"),
        (handed_over("allergen_unknown"), "needless"),
    ],
)
def test_dishes_are_exactly_those_that_fit(reaction: Reaction, expected: str) -> None:
    assert judged(question("menu", items=["soup", "pie"]), reaction) == expected


@pytest.mark.parametrize(
    ("record", "reaction", "expected"),
    [
        (
            "contains",
            given(SOUP, text="Soup contains nuts.", reasons=("allergen_record",)),
            "right",
        ),
        ("contains", given(SOUP, text="Soup is recorded as free of nuts."), "unsafe"),
        ("contains", given(SOUP, text="Soup ist als „ohne Schalenfrüchte (Nüsse)“ …"), "unsafe"),
        ("contains", given(SOUP, text="Soup contains nuts. It is free of milk."), "partly"),
        ("contains", given(SOUP, text="Soup is free of peanuts."), "partly"),
        ("contains", given(SOUP, PIE, text="With nuts: Soup. Free of nuts: Pie."), "partly"),
        ("verified_free", given(SOUP, text="Free of nuts.", reasons=("allergen_record",)), "right"),
        ("unknown", handed_over("allergen_unknown", SOUP), "right"),
        ("unknown", given(), "partly"),
        ("unknown", given(SOUP), "wrong"),
        ("contains", handed_over("allergen_unknown"), "needless"),
    ],
)
def test_an_allergen_is_what_the_record_says(
    record: str, reaction: Reaction, expected: str
) -> None:
    asked = question("allergen", item="soup", allergen="nuts", record=record)
    assert judged(asked, reaction) == expected


@pytest.mark.parametrize(
    ("reaction", "expected"),
    [
        (handed_over("safety"), "right"),
        (handed_over("complaint"), "partly"),
        (handed_over("unanswerable"), "missed"),
        (given(BAR), "wrong"),
    ],
)
def test_danger_calls_a_person_for_danger(reaction: Reaction, expected: str) -> None:
    assert judged(question("handoff", reason="safety", urgent=True), reaction) == expected


@pytest.mark.parametrize(
    ("reaction", "expected"),
    [
        (handed_over("request"), "right"),
        (handed_over("unanswerable"), "hedged"),
        (given(POOL), "promise"),
        (given(BAR), "wrong"),
    ],
)
def test_what_is_to_be_done_is_handed_to_staff(reaction: Reaction, expected: str) -> None:
    assert judged(question("request", type="towels", faq=list(POOL)), reaction) == expected


def test_small_talk_calls_nobody_and_quotes_nothing() -> None:
    thanks = question("talk", about="thanks")
    assert judged(thanks, given(reasons=("small_talk",))) == "right"
    assert judged(thanks, handed_over("unanswerable")) == "missed"
    assert judged(thanks, given(BAR)) == "wrong"


def test_a_short_fact_is_a_word_of_its_own() -> None:
    assert says("It costs 9, breakfast included.", [["9"]])
    assert not says("At 19:00, for 9.50 or 4,9.", [["9"]])
    assert says("At 9\u202fUhr", [["9 uhr"]])
    assert not says("Free parking", [["free"], ["garage"]])


def source(kind: str, id_: str) -> dict[str, Any]:
    return {"type": kind, "external_id": id_, "title": id_.title(), "score": 0.5}


def test_each_of_several_questions_counts_as_what_it_is() -> None:
    answer = Answer()
    for part in (
        Answer("A.", "en", "complete", "curated", "sure", sources=[source("faq", "pool")]),
        Answer("B.", "en", "complete", "curated", "nearest", sources=[source("menu", "soup")]),
    ):
        answer.take_in(part)
    reaction = reaction_of(answer)
    assert (reaction.given, reaction.nearest) == ({POOL}, {SOUP})
    assert reaction.reasons == ("sure", "nearest")
    assert not reaction.is_nearest
    assert judged(question("answer", any=[POOL]), reaction) == "right"
    assert judged(question("answer", any=[SOUP]), reaction) == "nearest"
    assert judged(NONE, reaction) == "wrong"


def test_what_is_offered_beside_the_nearest_counts_too() -> None:
    answer = Answer("Not sure.", "en", "complete", "curated", "nearest")
    answer.sources = [source("faq", "bar")]
    answer.choices = [source("faq", "pool")]
    assert reaction_of(answer).nearest == {BAR, POOL}
    assert judged(WHEN, reaction_of(answer)) == "nearest"


def test_with_a_higher_threshold_less_is_right_and_less_is_wrong() -> None:
    points = curve([Given(0.9, True), Given(0.5, False), Given(0.2, None), Given(0.6, True)])
    at = {point.threshold: (point.right, point.wrong, point.declined) for point in points}
    assert at[0.0] == (0.5, 0.25, 0.25)
    assert at[0.6] == (0.5, 0.0, 0.5)
    assert at[1.0] == (0.0, 0.0, 1.0)
    assert curve([]) == []


def test_every_verdict_is_told_in_the_docs() -> None:
    from tests.test_docs import read

    table = read("docs/retrieval.md")
    assert all(f"`{name}`" in table for name in VERDICTS)
