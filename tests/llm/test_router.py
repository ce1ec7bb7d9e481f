import itertools

import pytest

from llm.router import Decision, decide


@pytest.mark.parametrize(
    ("grounded", "exact", "writes", "remote", "decision"),
    [
        (False, False, True, False, Decision("handoff", "unanswerable")),
        (True, False, True, False, Decision("local", "generated")),
        (True, False, True, True, Decision("api", "generated")),
        (True, False, False, False, Decision("curated", "language")),
        (True, True, True, False, Decision("curated", "record")),
        (True, True, True, True, Decision("api", "generated")),
    ],
)
def test_each_question_has_its_way(
    grounded: bool, exact: bool, writes: bool, remote: bool, decision: Decision
) -> None:
    assert decision == decide(
        grounded=grounded, exact=exact, model_writes_language=writes, model_is_remote=remote
    )


def test_no_model_is_asked_about_what_nobody_wrote() -> None:
    for exact, writes, remote in itertools.product((True, False), repeat=3):
        decision = decide(
            grounded=False, exact=exact, model_writes_language=writes, model_is_remote=remote
        )
        assert decision.way == "handoff"
