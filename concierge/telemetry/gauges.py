"""What is looked up when somebody asks, rather than counted when it happens."""

from asgiref.sync import async_to_sync

from concierge.answering.models import api_backend, local_trouble, spending_of
from concierge.telemetry.metrics import (
    BREAKER_STATE,
    BREAKER_STATES,
    BUDGET_SHARE,
    LOCAL_TROUBLE,
    OUTBOX_FAILING,
    OUTBOX_OLDEST_SECONDS,
    OUTBOX_WAITING,
)
from llm.budget import BudgetUnknown
from properties.models import Property
from retrieval import lanes


def refresh() -> None:
    _refresh_local_model()
    _refresh_api()
    _refresh_outbox()


def _refresh_local_model() -> None:
    """A series while there is something to say, and none otherwise."""
    LOCAL_TROUBLE.clear()
    if trouble := local_trouble():
        LOCAL_TROUBLE.labels(trouble).set(1)


def _refresh_outbox() -> None:
    for lane, found in lanes.backlog().items():
        OUTBOX_WAITING.labels(lane.label).set(found.waiting)
        OUTBOX_FAILING.labels(lane.label).set(found.failing)
        OUTBOX_OLDEST_SECONDS.labels(lane.label).set(found.age_seconds)


def _refresh_api() -> None:
    """Breaker and budget of every property whose questions went to the API from this process."""
    api = api_backend()
    states = api.breakers.states() if api else {}
    for property_ in Property.objects.filter(pk__in=states):
        BREAKER_STATE.labels(property_.slug).set(BREAKER_STATES[states[property_.pk]])
        try:
            BUDGET_SHARE.labels(property_.slug).set(async_to_sync(spending_of)(property_).share)
        except BudgetUnknown:
            BUDGET_SHARE.remove(property_.slug)
