"""What is looked up when somebody asks, rather than counted when it happens."""

from asgiref.sync import async_to_sync

from concierge.answering.models import account_of, api_backend
from concierge.telemetry.metrics import BREAKER_STATE, BREAKER_STATES, BUDGET_SHARE
from concierge.valkey import valkey
from llm.budget import Budget, BudgetUnknown
from properties.models import Property


def refresh() -> None:
    """Breaker and budget of every property whose questions went to the API from this process."""
    api = api_backend()
    states = api.breakers.states() if api else {}
    for property_ in Property.objects.filter(pk__in=states):
        BREAKER_STATE.labels(property_.slug).set(BREAKER_STATES[states[property_.pk]])
        try:
            BUDGET_SHARE.labels(property_.slug).set(async_to_sync(spent_share)(property_))
        except BudgetUnknown:
            BUDGET_SHARE.remove(property_.slug)


async def spent_share(property_: Property) -> float:
    """Of today's budget. Raises BudgetUnknown if Valkey does not answer."""
    account = account_of(property_)
    return (await Budget(valkey()).spent(property_.pk, account.day, account.limits)).share
