"""What an undo would do, row by row, and what it leaves as it is and why.

Nobody's later edit is overwritten without a word: a field that was changed since stays, unless the
person who undoes has seen that and wants it set back too.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models

from concierge.history.access import User
from concierge.history.hindrances import hindered
from concierge.history.steps import Effect, Kind, Step
from concierge.history.tracked import TRACKED, Tracked
from concierge.history.values import Values, current, differing


def plan(
    effects: Sequence[Effect], user: User, *, over: bool = False, lock: bool = False
) -> list[Step]:
    """The steps that undo `effects`, parents first. `over`: also over what was changed since.

    `lock` holds the rows until the transaction ends, so that the plan is what happens.
    """
    steps: list[Step] = []
    for tracked in TRACKED.values():
        group = [effect for effect in effects if effect.tracked is tracked]
        found = rows_of(tracked, [effect.key for effect in group], lock=lock)
        steps += [step for effect in group if (step := _step(effect, found.get(effect.key), over))]
    return hindered(steps, user)


def rows_of(tracked: Tracked, keys: Sequence[str], *, lock: bool = False) -> dict[str, Any]:
    """Key → row, for those that are there; without the vector."""
    if not keys:
        return {}
    heavy = {"search", "vector"} & tracked.untracked
    rows = tracked.model._base_manager.filter(pk__in=keys).defer(*heavy).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return {str(row.pk): row for row in rows}


def _step(effect: Effect, row: models.Model | None, over: bool) -> Step | None:
    """None where there is nothing to undo."""
    now = current(effect.tracked, row) if row else None
    if effect.before is None:
        return _taking_away(effect, now, over)
    if effect.after is None:
        if now is None:
            return Step(effect, Kind.BRING_BACK, effect.before)
        return Step(effect, Kind.BRING_BACK, {}, hindrance="It is there again already.")
    if now is None:
        hindrance = "It was deleted since: bring it back first."
        return Step(effect, Kind.SET_BACK, {}, hindrance=hindrance)
    return _setting_back(effect, now, over)


def _taking_away(effect: Effect, now: Values | None, over: bool) -> Step | None:
    if now is None or effect.after is None:
        return None
    since = tuple(differing(effect.after, now))
    overrules = over and not effect.tracked.signed
    hindrance = "It was changed since." if since and not overrules else ""
    return Step(effect, Kind.TAKE_AWAY, {}, since, hindrance)


def _setting_back(effect: Effect, now: Values, over: bool) -> Step | None:
    """Field by field; a signed record whole, and never over a later one."""
    before, after = effect.before or {}, effect.after or {}
    changed = [name for name in differing(before, after) if now[name] != before[name]]
    since = tuple(name for name in changed if now[name] != after[name])
    if effect.tracked.signed:
        since = tuple(differing(after, now))
        changed = [] if since else changed
    elif not over:
        changed = [name for name in changed if name not in since]
    if not changed and not since:
        return None
    hindrance = "" if changed else "It was changed since."
    return Step(effect, Kind.SET_BACK, {name: before[name] for name in changed}, since, hindrance)
