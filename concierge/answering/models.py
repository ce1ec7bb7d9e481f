"""The two models of this process, as the settings name them, each with its price."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from concierge.valkey import valkey
from llm.base import Backend, Question, Stream
from llm.breaker import Breakers
from llm.budget import MICRO, Budget, Limits, Prices, Spent
from llm.concurrency import Places
from llm.paid import Account, PaidBackend
from llm.registry import get_backend
from properties.models import Property

API = "openai"
PROCESS_PLACES = 64
"""Answers of all properties that one process may have in the making at the API."""


@dataclass(frozen=True)
class Model:
    """Who writes an answer: `stream` asks it, `cost` is in the prices' money."""

    way: Literal["local", "api"]
    model_id: str
    stream: Callable[[Question], Stream]
    cost: Callable[[int, int], Decimal] = lambda prompt, completion: Decimal(0)


def local_backend() -> Backend | None:
    """The model on the property's own machine; None where the API answers alone."""
    return None if settings.LLM_BACKEND == API else get_backend(settings.LLM_BACKEND)


def local_trouble() -> str:
    """Why the local model does not answer and what to do, in one sentence; empty if it is well.

    From the engine's card also where this process has a model of its own, as commands do.
    """
    engine = get_backend("engine") if settings.ENGINE_IS_OWN else None
    troubles = (backend.trouble for backend in (engine, local_backend()) if backend)
    return next(filter(None, troubles), "")


def api_backend() -> PaidBackend | None:
    """The model behind an API; None without one."""
    return _paid(get_backend(API)) if API in settings.LLM_BACKENDS else None


def backends() -> Iterator[Backend]:
    """Whoever may write an answer in this process."""
    if local := local_backend():
        yield local
    if api := api_backend():
        yield api.backend


@cache
def _paid(backend: Backend) -> PaidBackend:
    return PaidBackend(
        backend,
        budget=lambda: Budget(valkey()),
        prices=Prices(settings.OPENAI_PRICE_PROMPT, settings.OPENAI_PRICE_COMPLETION),
        places=Places(settings.OPENAI_CONCURRENCY, PROCESS_PLACES),
        breakers=Breakers(),
        answer_tokens=backend.max_answer_tokens,
    )


def account_of(property_: Property) -> Account:
    """Who pays for an answer given now. In the settings of a property, 0 means no limit."""
    today = timezone.now().astimezone(ZoneInfo(property_.time_zone)).date()
    limits = Limits(property_.daily_tokens or None, property_.daily_money or None)
    return Account(property_.pk, today, limits)


async def spending_of(property_: Property) -> Spent:
    """Of today's budget. Raises BudgetUnknown if Valkey does not answer."""
    account = account_of(property_)
    return await Budget(valkey()).spent(property_.pk, account.day, account.limits)


def local_writes(language: str) -> bool:
    """Whether the local model may answer: it was allowed to, and writes `language`."""
    backend = local_backend()
    return settings.LOCAL_ANSWERS and backend is not None and backend.writes(language)


def local(language: str) -> Model | None:
    """The local model, where it may answer in `language`."""
    backend = local_backend()
    if backend is None or not local_writes(language):
        return None
    return Model("local", backend.model_id, backend.stream)


def may_ask_api(property_: Property) -> bool:
    """Not where there is none, nor where the property leaves everything to the local model."""
    return api_backend() is not None and (local_backend() is None or property_.local_share < 1)


def api(property_: Property) -> Model | None:
    """The model behind the API, where the property may ask it."""
    paid = api_backend()
    if paid is None or not may_ask_api(property_):
        return None
    return Model(
        "api",
        paid.backend.model_id,
        partial(paid.stream, account=account_of(property_)),
        cost=lambda prompt, completion: Decimal(paid.cost(prompt, completion)) / MICRO,
    )
