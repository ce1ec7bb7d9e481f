"""In which order the outbox is worked off: a person's edit before bulk work, house by house.

An entry has a lane and, in it, a turn: the n-th that waits of one house is due with the n-th of any
other. So a house's import of thousands costs the next house one row's time, and claiming is a walk
along an index however long the line is.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.utils import timezone

from retrieval.models import Lane, OutboxEntry
from retrieval.tenants import tenant_model

FEW = 20
"""Rows that a person edits at once; what writes more is bulk work, whoever began it."""

_in_bulk = ContextVar("in_bulk", default=False)


@dataclass(frozen=True)
class Backlog:
    """What waits in one lane. `failing` entries were tried and will be again."""

    waiting: int = 0
    failing: int = 0
    oldest: datetime | None = None

    @property
    def age_seconds(self) -> float:
        """Since the oldest was written."""
        return (timezone.now() - self.oldest).total_seconds() if self.oldest else 0.0


@contextmanager
def bulk_work(is_bulk: bool = True) -> Iterator[None]:
    """What is written in this block waits behind what people edit."""
    token = _in_bulk.set(_in_bulk.get() or is_bulk)
    try:
        yield
    finally:
        _in_bulk.reset(token)


def line_up(entries: Collection[OutboxEntry]) -> None:
    """Give new entries their lane and their turns, behind those of their own houses."""
    lane = Lane.BULK if _in_bulk.get() or len(entries) > FEW else Lane.EDIT
    in_line = OutboxEntry.objects.filter(lane=lane, due_at=None)
    now_served = in_line.order_by("turn").values_list("turn", flat=True).first() or 0
    own_last = in_line.filter(property=OuterRef("pk")).order_by("-turn").values("turn")[:1]
    houses = tenant_model()._default_manager.filter(pk__in={each.property_id for each in entries})
    next_turn = {
        pk: now_served if last is None else max(now_served, last + 1)
        for pk, last in houses.values_list("pk", Subquery(own_last))
    }
    for entry in entries:
        entry.lane, entry.turn = lane, next_turn[entry.property_id]
        next_turn[entry.property_id] += 1


def backlog() -> dict[Lane, Backlog]:
    """What waits in each lane."""
    rows = OutboxEntry.objects.order_by().values("lane")
    rows = rows.annotate(
        waiting=Count("pk"),
        failing=Count("pk", filter=Q(attempts__gt=0)),
        oldest=Min("created_at"),
    )
    in_order = rows.values_list("lane", "waiting", "failing", "oldest")
    found = {lane: Backlog(*rest) for lane, *rest in in_order}
    return {lane: found.get(lane, Backlog()) for lane in Lane}
