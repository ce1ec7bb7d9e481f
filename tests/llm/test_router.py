import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.router import Decision, Evidence, Policy, decide, difficulty

SURE = Evidence((0.9, 0.1), ("faq", "faq"), several=False, words=6, written="own", cached=False)
BETWEEN = replace(SURE, answers=(0.5, 0.3))
POLICY = Policy(floor=0.3, sure=0.8, threshold=0.5, local_writes=True, api=True)

evidences = st.builds(
    Evidence,
    answers=st.lists(st.floats(0, 1), max_size=8).map(lambda each: tuple(sorted(each)[::-1])),
    kinds=st.just(("faq",) * 8) | st.just(("menu",) * 8),
    several=st.booleans(),
    words=st.integers(0, 300),
    written=st.sampled_from(["own", "translated", "foreign"]),
    cached=st.booleans(),
)
policies = st.builds(
    Policy,
    floor=st.floats(0.1, 0.9),
    sure=st.floats(0.1, 1),
    threshold=st.floats(0, 1),
    local_writes=st.booleans(),
    api=st.booleans(),
)


@pytest.mark.parametrize(
    ("evidence", "policy", "decision"),
    [
        (replace(SURE, answers=()), POLICY, Decision("handoff", "unanswerable")),
        (replace(SURE, answers=(0.2, 0.1)), POLICY, Decision("handoff", "unanswerable")),
        (replace(SURE, cached=True), POLICY, Decision("cached", "asked_before")),
        (replace(SURE, answers=(), cached=True), POLICY, Decision("cached", "asked_before")),
        (SURE, POLICY, Decision("curated", "sure")),
        (replace(SURE, answers=(0.9,)), POLICY, Decision("curated", "sure")),
        (replace(BETWEEN, kinds=("menu", "faq")), POLICY, Decision("api", "hard")),
        (
            replace(BETWEEN, kinds=("menu", "faq")),
            replace(POLICY, api=False),
            Decision("curated", "nearest"),
        ),
        (BETWEEN, replace(POLICY, threshold=1), Decision("local", "easy")),
        (BETWEEN, replace(POLICY, threshold=0), Decision("api", "hard")),
        (
            BETWEEN,
            replace(POLICY, threshold=1, local_writes=False),
            Decision("api", "hard"),
        ),
        (BETWEEN, replace(POLICY, threshold=0, api=False), Decision("local", "no_api")),
        (
            BETWEEN,
            replace(POLICY, local_writes=False, api=False),
            Decision("curated", "nearest"),
        ),
        (
            replace(SURE, several=True),
            replace(POLICY, local_writes=False, api=False),
            Decision("curated", "sure"),
        ),
        (replace(SURE, written="foreign"), POLICY, Decision("api", "language")),
        (replace(BETWEEN, written="foreign"), POLICY, Decision("api", "language")),
        (
            replace(SURE, written="foreign"),
            replace(POLICY, api=False),
            Decision("curated", "language"),
        ),
        (
            replace(BETWEEN, written="foreign"),
            replace(POLICY, api=False),
            Decision("curated", "nearest"),
        ),
        (
            replace(BETWEEN, written="translated"),
            replace(POLICY, threshold=1),
            Decision("local", "easy"),
        ),
    ],
)
def test_each_question_has_its_way(evidence: Evidence, policy: Policy, decision: Decision) -> None:
    assert decide(evidence, policy) == decision


def test_what_asks_several_things_is_never_sure() -> None:
    assert decide(replace(SURE, several=True), POLICY).way in {"local", "api"}


@given(evidences, policies)
def test_no_model_is_asked_about_what_nobody_wrote(evidence: Evidence, policy: Policy) -> None:
    nothing = not evidence.answers or evidence.answers[0] < policy.floor
    assert (decide(evidence, policy).way == "handoff") is (nothing and not evidence.cached)


@given(evidences, policies)
def test_only_what_is_there_is_asked(evidence: Evidence, policy: Policy) -> None:
    decision = decide(evidence, policy)
    assert decision.way != "api" or policy.api
    assert decision.way != "local" or (policy.local_writes and evidence.kinds[0] == "faq")
    assert decision.way != "local" or evidence.written != "foreign"
    assert decision.way != "cached" or evidence.cached


@given(evidences)
def test_difficulty_is_a_probability(evidence: Evidence) -> None:
    assert 0 < difficulty(evidence) < 1


@given(evidences, policies)
def test_raising_the_threshold_never_sends_more_to_the_api(
    evidence: Evidence, policy: Policy
) -> None:
    raised = replace(policy, threshold=1.0)
    if decide(evidence, policy).way == "local":
        assert decide(evidence, raised).way == "local"


def test_what_asks_for_more_is_harder() -> None:
    assert difficulty(replace(BETWEEN, several=True)) > difficulty(BETWEEN)


def test_what_is_surer_is_easier() -> None:
    difficulties = [difficulty(replace(BETWEEN, answers=(best, 0.1))) for best in (0.3, 0.6, 0.9)]
    assert all(one > two for one, two in itertools.pairwise(difficulties))
