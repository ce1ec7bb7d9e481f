"""A model that costs money, asked only where that is wise.

    place free? → did it work lately? → is there money left? → the model → what did it cost?

Each no is a `ModelError` with a word of its own, and costs no time: another way answers.
"""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import date

from llm import tokens
from llm.base import Backend, Meter, ModelError, Question, Stream
from llm.breaker import Breakers
from llm.budget import WARN_PERCENT, Budget, BudgetUnknown, Limits, Prices, Reservation
from llm.concurrency import Places
from llm.prompts import api_messages

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """Who pays: a property, its own day (in its time zone), and what it may spend on it."""

    property_id: int
    day: date
    limits: Limits


class PaidBackend:
    """`backend` behind places, breakers and budget; one for the process, safe in any event loop.

    `budget` gives the budget over the running loop's own connection to Valkey. `answer_tokens` is
    the most that the backend writes.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        budget: Callable[[], Budget],
        prices: Prices,
        places: Places,
        breakers: Breakers,
        answer_tokens: int,
    ) -> None:
        self.backend = backend
        self.breakers = breakers
        self._budget = budget
        self._prices = prices
        self.places = places
        self._answer_tokens = answer_tokens

    def stream(self, question: Question, account: Account) -> Stream:
        """The answer, as `Backend.stream` gives it. Nothing is paid before the first piece."""
        meter = Meter()
        return Stream(self._pieces(question, account, meter), meter)

    def cost(self, prompt_tokens: int, completion_tokens: int) -> int:
        """Millionths of the budget's currency."""
        return self._prices.micros(prompt_tokens, completion_tokens)

    async def _pieces(
        self, question: Question, account: Account, meter: Meter
    ) -> AsyncGenerator[str, None]:
        property_id = account.property_id
        with self.places.taking(property_id), self.breakers.of(property_id).calling():
            async with (
                self._paying(question, account, meter),
                aclosing(self.backend._pieces(question, meter)) as pieces,
            ):
                async for piece in pieces:
                    yield piece

    @asynccontextmanager
    async def _paying(
        self, question: Question, account: Account, meter: Meter
    ) -> AsyncIterator[None]:
        """Reserves the most that an answer can cost; afterwards only what `meter` shows is paid,
        however it ended."""
        budget = self._budget()
        prompt = tokens.estimate(tokens.size_of_prompt(api_messages(question)))
        reservation = await budget.reserve(
            account.property_id,
            account.day,
            prompt + self._answer_tokens,
            self.cost(prompt, self._answer_tokens),
            account.limits,
        )
        if reservation is None:
            raise ModelError("The day's budget is spent", permanent=False, reason="budget_spent")
        try:
            yield
        finally:
            await self._settle(budget, reservation, meter)

    async def _settle(self, budget: Budget, reservation: Reservation, meter: Meter) -> None:
        used = meter.prompt_tokens + meter.completion_tokens
        cost = self.cost(meter.prompt_tokens, meter.completion_tokens)
        try:
            crossed = await budget.settle(reservation, used, cost)
        except BudgetUnknown:
            # The guest has the answer. What was reserved for it stays spent.
            logger.warning("Property %s: an answer could not be billed", reservation.property_id)
            return
        if crossed:
            logger.warning(
                "Property %s: %s %% of the day's budget is spent",
                reservation.property_id,
                WARN_PERCENT,
            )
