"""Puts what was found before the router, in the router's own words."""

from concierge.answering import quoting
from concierge.answering.answer import Asked
from concierge.answering.finding import Found
from concierge.answering.models import local_writes, may_ask_api
from concierge.answering.understanding import Understood
from concierge.answering.values import values_of
from llm.router import THRESHOLD, Evidence, Policy
from properties.models import Property


def evidence_of(asked: Asked, understood: Understood, found: Found) -> Evidence:
    hits = found.result.hits if found.result else ()
    return Evidence(
        answers=tuple(hit.answers for hit in hits),
        kinds=tuple(hit.kind for hit in hits),
        several=understood.message.several and not asked.is_part,
        words=len(asked.text.split()),
        written=quoting.written(hits[0], understood.language) if hits else "foreign",
        cached=found.cached is not None,
    )


def policy_of(property_: Property, language: str) -> Policy:
    threshold = property_.router_threshold
    return Policy(
        **values_of(property_)._asdict(),
        threshold=THRESHOLD if threshold is None else threshold,
        local_writes=local_writes(language),
        api=may_ask_api(property_),
    )
