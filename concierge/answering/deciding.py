"""Puts what was found before the router, in the router's own words."""

from concierge.answering import quoting
from concierge.answering.answer import Answer, Asked
from concierge.answering.finding import Found
from concierge.answering.models import local_backend, may_ask_api
from concierge.answering.understanding import Understood
from concierge.answering.values import values_of
from llm.router import THRESHOLD, Decision, Evidence, Policy, decide, difficulty
from properties.models import Property


def decide_way(asked: Asked, answer: Answer, understood: Understood, found: Found) -> Decision:
    with answer.timed("route"):
        evidence = _evidence(answer, understood, found)
        answer.trace["difficulty"] = round(difficulty(evidence), 4)
        return decide(evidence, policy_of(asked.property, answer.language))


def _evidence(answer: Answer, understood: Understood, found: Found) -> Evidence:
    hits = found.result.hits if found.result else ()
    return Evidence(
        answers=tuple(hit.answers for hit in hits),
        kinds=tuple(hit.kind for hit in hits),
        shape=understood.shape,
        written=quoting.written(hits[0], answer.language) if hits else "foreign",
        cached=found.cached is not None,
    )


def policy_of(property_: Property, language: str) -> Policy:
    local = local_backend()
    threshold = property_.router_threshold
    return Policy(
        **values_of(property_)._asdict(),
        threshold=THRESHOLD if threshold is None else threshold,
        local_writes=local is not None and local.writes(language),
        api=may_ask_api(property_),
    )
