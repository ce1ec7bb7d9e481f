"""An answer is held against its notes by a judge that is not the guard."""

import pytest

from llm.base import Question, Source
from llm.training.judge import Judge, Verdict
from llm.training.judge.figures import figures, is_supported
from llm.training.judge.polarity import (
    answers_otherwise,
    contradicts,
    contradicts_itself,
    says_the_wrong_word,
)

NOTES = (
    Source("faq", "1", "Is there parking?", "Parking costs 15 EUR a night.", 1.0, "en"),
    Source("faq", "2", "Are dogs allowed?", "Dogs are not allowed at the Old Mill.", 1.0, "en"),
    Source("faq", "3", "When is check-in?", "Check-in is from 3 to 10 pm, Visa only.", 1.0, "en"),
)


def judged(answer: str, gold: int | None, person: str = "", text: str = "") -> Verdict:
    title, fact = ("", "") if gold is None else (NOTES[gold].title, NOTES[gold].text)
    question = Question(text or title, "en", "The Old Mill", NOTES)
    return Judge(frozenset()).verdict(answer, question, fact, person)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("from 7 am", "7:00 a.m. to 10"),
        ("7 to 10 am", "from 7 am until 10 am"),
        ("until ten", "until 10 pm"),
        ("twenty-five euros", "25 EUR"),
        ("1500", "15:00"),
        ("at 3 pm", "from 15:00"),
        ("noon", "12:00 pm"),
        ("20 pounds", "£20"),
        ("open 24/7", "open 24 hours"),
        ("call 01223 456789", "(01223) 456-789"),
    ],
)
def test_one_figure_has_many_spellings(said: str, source: str) -> None:
    assert figures(said)
    assert all(is_supported(claim, figures(source)) for claim in figures(said))


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("10 am", "10 pm"),
        ("7:30", "7:00"),
        ("15 GBP", "15 EUR"),
        ("15 minutes", "15 EUR"),
        ("16 EUR", "15 EUR"),
        ("twenty", "25"),
        ("call 01223 456780", "01223 456789"),
    ],
)
def test_another_figure_is_no_support(said: str, source: str) -> None:
    assert not all(is_supported(claim, figures(source)) for claim in figures(said))


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ("Dogs are welcome.", "Dogs are not welcome."),
        ("There is no sauna.", "We have a sauna."),
        ("WiFi is free.", "WiFi costs 5 EUR."),
        ("Parking is not free.", "Parking is free of charge."),
        ("The pool is open and smoking is allowed.", "This is a non-smoking hotel."),
        ("You can pay by card.", "You can't pay by card."),
    ],
)
def test_yes_for_no_and_free_for_paid_are_contradictions(answer: str, fact: str) -> None:
    assert contradicts(answer, fact)


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ("No, dogs can't stay.", "Dogs are not welcome."),
        ("WiFi is complimentary.", "There is no charge for WiFi."),
        ("They do not offer free WiFi.", "WiFi is not free."),
        ("Only cash is taken.", "Cards are not accepted."),
        ("It has an iron but no laundry.", "There is no laundry, but there is an iron."),
        ("Pets are not allowed.", "We are a pet free house."),
        ("No reservation is needed.", "You do not have to reserve."),
    ],
)
def test_the_same_in_other_words_is_none(answer: str, fact: str) -> None:
    assert not contradicts(answer, fact)


def test_a_no_before_a_yes_is_a_contradiction_in_itself() -> None:
    assert contradicts_itself("No, children are welcome.", "Are children welcome?")
    assert not contradicts_itself("No, only cash is taken.", "Do you take cards?")


def test_a_bare_yes_is_held_against_the_fact() -> None:
    assert says_the_wrong_word("Yes, they do.", "Do you have a pool?", "There is no pool.")
    assert says_the_wrong_word("No.", "Is there a lift?", "A lift goes to all floors.")
    assert not says_the_wrong_word("No.", "Do you have a pool?", "There is no pool.")


def test_people_who_say_yes_and_no_disagree() -> None:
    assert answers_otherwise("Yes, they do.", "No, they do not.")
    assert not answers_otherwise("No, smoking is forbidden.", "You cannot smoke here.")


def test_what_the_notes_say_is_supported() -> None:
    assert not judged("Yes, it is 15 EUR a night.", 0).unsupported
    assert not judged("No, dogs are not allowed.", 1).unsupported


def test_an_invented_figure_is_named() -> None:
    verdict = judged("Parking costs 50 EUR a night.", 0)

    assert verdict.unsupported
    assert verdict.figures == ("number 50 EUR",)


def test_a_guest_s_figure_may_be_denied_but_not_confirmed() -> None:
    ask = "Can I check in at 1 am?"

    assert not judged("No, not at 1 am.", 2, text=ask).figures
    assert judged("Yes, at 1 am.", 2, text=ask).figures


def test_an_invented_name_is_named() -> None:
    assert judged("Check-in is at the Belmont.", 2).names == ("Belmont",)
    assert not judged("At the Old Mill, VISA is taken.", 2).names


def test_words_from_nowhere_are_unsupported() -> None:
    assert judged("There is a sauna with fresh towels.", 0).unsupported


@pytest.mark.parametrize("answer", ["Yes, there is a pool.", "The Old Mill has no pool."])
def test_what_nobody_wrote_about_is_not_answered_in_the_guest_s_words(answer: str) -> None:
    verdict = judged(answer, None, text="Is there a pool?")

    assert verdict.echoed == ("pool",)
    assert verdict.unsupported


def test_a_true_note_about_something_else_is_supported() -> None:
    assert not judged("Parking costs 15 EUR a night.", None, text="Is there a pool?").unsupported


def test_a_person_who_errs_is_told_from_a_model_that_does() -> None:
    verdict = judged("No, dogs are not allowed.", 1, person="Yes, dogs are allowed.")

    assert verdict.other_than_person
    assert not verdict.unsupported
