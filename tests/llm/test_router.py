import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.router import Decision, Evidence, Policy, decide, difficulty
from reading.shape import Shape

PLAIN = Shape(several=False, comparison=False, planning=False, negation=False, words=6)
SURE = Evidence((0.9, 0.1), ("faq", "faq"), PLAIN, written="own", cached=False)
BETWEEN = replace(SURE, answers=(0.5, 0.3))
POLICY = Policy(floor=0.3, sure=0.8, threshold=0.5, local_writes=True, api=True)

evidences = st.builds(
    Evidence,
    answers=st.lists(st.floats(0, 1), max_size=8).map(lambda each: tuple(sorted(each)[::-1])),
    kinds=st.just(("faq",) * 8) | st.just(("menu",) * 8),
    shape=st.builds(
        Shape, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 300)
    ),
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
        (
            replace(BETWEEN, kinds=("menu", "faq")),
            POLICY,
            Decision("curated", "record"),
        ),
        (BETWEEN, replace(POLICY, threshold=1), Decision("local", "easy")),
        (BETWEEN, replace(POLICY, threshold=0), Decision("api", "hard")),
        (
            BETWEEN,
            replace(POLICY, threshold=1, local_writes=False),
            Decision("api", "language"),
        ),
        (BETWEEN, replace(POLICY, threshold=0, api=False), Decision("local", "no_api")),
        (
            BETWEEN,
            replace(POLICY, local_writes=False, api=False),
            Decision("curated", "language"),
        ),
        (replace(BETWEEN, written="foreign"), POLICY, Decision("api", "language")),
        (
            replace(BETWEEN, written="foreign"),
            replace(POLICY, api=False),
            Decision("curated", "language"),
        ),
        (
            replace(BETWEEN, written="translated"),
            replace(POLICY, threshold=1, local_writes=False),
            Decision("curated", "language"),
        ),
        (
            replace(BETWEEN, written="translated"),
            replace(POLICY, threshold=0, local_writes=False),
            Decision("api", "language"),
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


@pytest.mark.parametrize(
    "unsure",
    [
        replace(SURE, answers=(0.9, 0.85)),
        replace(SURE, shape=PLAIN._replace(several=True)),
        replace(SURE, shape=PLAIN._replace(comparison=True)),
        replace(SURE, shape=PLAIN._replace(planning=True)),
        replace(SURE, written="foreign"),
    ],
)
def test_one_confidence_alone_is_never_sure(unsure: Evidence) -> None:
    assert decide(unsure, POLICY).way in {"local", "api"}


@pytest.mark.parametrize("trait", ["comparison", "planning"])
def test_dishes_and_places_are_weighed_against_each_other_by_the_api_alone(trait: str) -> None:
    evidence = replace(
        SURE, kinds=("recommendation", "recommendation"), shape=PLAIN._replace(**{trait: True})
    )
    assert decide(evidence, POLICY) == Decision("api", "record")
    assert decide(evidence, replace(POLICY, api=False)) == Decision("curated", "record")


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
    for trait in ("several", "comparison", "planning"):
        harder = replace(BETWEEN, shape=PLAIN._replace(**{trait: True}))
        assert difficulty(harder) > difficulty(BETWEEN)


def test_what_is_surer_is_easier() -> None:
    difficulties = [difficulty(replace(BETWEEN, answers=(best, 0.1))) for best in (0.3, 0.6, 0.9)]
    assert all(one > two for one, two in itertools.pairwise(difficulties))
