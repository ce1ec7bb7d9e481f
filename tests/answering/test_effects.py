from concierge.answering.effects import changed, outcome, outcomes
from concierge.answering.values import Values

VALUES = Values(floor=0.3, sure=0.8)


def test_the_floor_and_the_sure_value_belong_to_the_better_side() -> None:
    assert [outcome(answers, VALUES) for answers in (0.29, 0.3, 0.79, 0.8)] == [
        "declined",
        "uncertain",
        "uncertain",
        "curated",
    ]


def test_outcomes_are_counted() -> None:
    assert outcomes([0.1, 0.5, 0.6, 0.9], VALUES) == {"declined": 1, "uncertain": 2, "curated": 1}


def test_a_change_counts_what_moves() -> None:
    assert changed([0.1, 0.5, 0.6, 0.9], VALUES, Values(floor=0.55, sure=0.95)) == 2
