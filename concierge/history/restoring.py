"""Taking a change back. An undo is a change itself: it is kept, and can be undone."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models.query import prefetch_related_objects

from concierge.history.access import User
from concierge.history.changing import changing
from concierge.history.models import Change
from concierge.history.plan import plan, rows_of
from concierge.history.steps import Effect, Kind, Step
from concierge.history.tracked import TRACKED, Tracked
from retrieval import lanes
from retrieval.models import Embedded
from retrieval.tenants import writing


def undo(
    effects: Sequence[Effect],
    user: User,
    *,
    over: bool = False,
    undoes: uuid.UUID | None = None,
    detail: str = "",
) -> tuple[uuid.UUID, list[Step]]:
    """Take back what `effects` say; returns the id of the new change, and what was done or not."""
    properties = {effect.property_id for effect in effects}
    with (
        changing(Change.Origin.UNDO, by=user.pk, undoes=undoes, detail=detail) as change,
        writing(properties),
        lanes.bulk_work(len(effects) > lanes.FEW),
    ):
        steps = plan(effects, user, over=over, lock=True)
        taken = [step for step in steps if step.is_taken]
        for tracked in reversed(TRACKED.values()):
            _take_away(tracked, _of(taken, tracked, Kind.TAKE_AWAY))
        for tracked in TRACKED.values():
            _bring_back(tracked, _of(taken, tracked, Kind.BRING_BACK))
            _set_back(tracked, _of(taken, tracked, Kind.SET_BACK))
        _rewrite_documents(taken)
    return change, steps


def _of(steps: Sequence[Step], tracked: Tracked, kind: Kind) -> list[Step]:
    return [step for step in steps if step.tracked is tracked and step.kind == kind]


def _take_away(tracked: Tracked, steps: list[Step]) -> None:
    if steps:
        keys = [step.effect.key for step in steps]
        tracked.model._base_manager.filter(pk__in=keys).delete()


def _bring_back(tracked: Tracked, steps: list[Step]) -> None:
    """Under their own primary keys. bulk_create() does not sign anew what was signed then."""
    rows = [_made(tracked, step) for step in steps]
    if issubclass(tracked.model, Embedded):
        joins = tracked.model.document_joins
        prefetch_related_objects(rows, *joins, *tracked.model.document_parts)
    if rows:
        tracked.model._default_manager.bulk_create(rows, batch_size=500)


def _made(tracked: Tracked, step: Step) -> Any:
    row = tracked.model(pk=tracked.model._meta.pk.to_python(step.effect.key))
    _write(row, step.values)
    return row


def _set_back(tracked: Tracked, steps: list[Step]) -> None:
    rows = rows_of(tracked, [step.effect.key for step in steps])
    for step in steps:
        row = rows[step.effect.key]
        if tracked.signed:
            # save() would sign it now, for a recipe that nobody checked.
            tracked.model._base_manager.filter(pk=row.pk).update(**step.values)
        else:
            _write(row, step.values)
            row.save()


def _write(row: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _rewrite_documents(steps: Sequence[Step]) -> None:
    """Of what a restored translation or allergen is part of."""
    for tracked in TRACKED.values():
        if tracked.part_of and issubclass(tracked.parents[tracked.part_of], Embedded):
            keys = {_parent_key(step) for step in steps if step.tracked is tracked}
            parents = tracked.parents[tracked.part_of]._default_manager.filter(pk__in=keys)
            parents.refresh_documents()  # type: ignore[attr-defined]


def _parent_key(step: Step) -> Any:
    return (step.effect.before or step.effect.after or {})[step.tracked.part_of]
