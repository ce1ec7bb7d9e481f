"""Why a row cannot be restored although nobody changed it since: said before it is tried."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db import models

from concierge.history.access import User
from concierge.history.steps import Kind, Step
from concierge.history.tracked import TRACKED
from concierge.history.values import label_of
from properties.models import Membership, Property

Key = tuple[type[models.Model], str]


def hindered(steps: Sequence[Step], user: User) -> list[Step]:
    """The same steps, with a hindrance where there is one. Parents come first in `steps`."""
    judged: list[Step] = []
    for tracked in TRACKED.values():
        group = [_permitted(step, user) for step in steps if step.tracked is tracked]
        group = _with_parents(group, judged)
        for names in _unique_together(tracked.model):
            group = _where_free(group, names)
        judged += group
    return _without_children(judged)


def _permitted(step: Step, user: User) -> Step:
    """What the pages of these models forbid, an undo does not do either."""
    model = step.tracked.model
    if model is Property and step.kind == Kind.TAKE_AWAY:
        return _stopped(step, "A property is deleted on its own page only, with its guests' words.")
    if getattr(user, "is_superuser", False):
        return step
    if model is Property:
        if step.kind == Kind.BRING_BACK:
            return _stopped(step, "Only whoever runs the installation brings properties back.")
        # It is printed and shared: a new link would break every copy of the old.
        return replace(step, values={k: v for k, v in step.values.items() if k != "slug"})
    if model is Membership and _user_of(step) == user.pk:
        return _stopped(step, "Nobody changes their own role: another manager can.")
    return step


def _user_of(step: Step) -> int | None:
    return (step.effect.before or step.effect.after or {}).get("user_id")


def _with_parents(steps: list[Step], judged: Sequence[Step]) -> list[Step]:
    """A row comes back only under parents that are there or come back with it."""
    coming = {
        (step.tracked.model, step.effect.key)
        for step in judged
        if step.kind == Kind.BRING_BACK and step.is_taken
    }
    for name, parent in steps[0].tracked.parents.items() if steps else ():
        wanted = {step.values[name] for step in steps if step.values.get(name) is not None}
        there = set(parent._base_manager.filter(pk__in=wanted).values_list("pk", flat=True))
        steps = [
            _stopped(step, f"Its {parent._meta.verbose_name} is gone: bring that back first.")
            if (key := step.values.get(name)) is not None
            and key not in there
            and (parent, str(key)) not in coming
            else step
            for step in steps
        ]
    return steps


def _unique_together(model: type[models.Model]) -> list[tuple[str, ...]]:
    """The attributes of each constraint; a conditional one holds where none of them is empty."""
    together = [
        tuple(model._meta.get_field(name).attname for name in constraint.fields)  # type: ignore[union-attr]
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    ]
    alone = [
        (field.attname,)
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key
    ]
    return [*together, *alone]


def _where_free(steps: list[Step], names: tuple[str, ...]) -> list[Step]:
    """A name that was given to another row since is that row's."""
    wanted = {step.effect.key: key for step in steps if all(key := _unique_key(step, names))}
    if not wanted:
        return steps
    model = steps[0].tracked.model
    # The last one tells most rows apart (its name, its id elsewhere).
    near = model._base_manager.filter(**{f"{names[-1]}__in": {key[-1] for key in wanted.values()}})
    holders = {tuple(values): str(pk) for pk, *values in near.values_list("pk", *names)}
    what = label_of(steps[0].tracked.fields[names[-1]]).lower()
    return [
        _stopped(step, f"Another {step.name} has the same {what} now.")
        if holders.get(wanted.get(step.effect.key, ()), step.effect.key) != step.effect.key
        else step
        for step in steps
    ]


def _unique_key(step: Step, names: tuple[str, ...]) -> tuple[Any, ...]:
    """What the row would have; nothing where the step does not write any of it."""
    if not step.is_taken or not set(names) & set(step.values):
        return (None,)
    row = {**(step.effect.after or {}), **step.values}
    return tuple(row.get(name) for name in names)


def _without_children(steps: list[Step]) -> list[Step]:
    """A row that others were put under since would take them along: it stays."""
    taken = {_key(step) for step in steps if step.kind == Kind.TAKE_AWAY and step.is_taken}
    leaving = set(taken)
    # Children first: a section that stays keeps its menu.
    for parent in reversed(TRACKED.values()):
        leaving -= set(_with_others_under_them(parent.model, leaving))
    return [
        _stopped(step, "It holds something that was added since.")
        if _key(step) in taken - leaving
        else step
        for step in steps
    ]


def _with_others_under_them(model: type[models.Model], leaving: set[Key]) -> Iterator[Key]:
    keys = [key for parent, key in leaving if parent is model]
    for tracked in TRACKED.values() if keys else ():
        for name in (name for name, parent in tracked.parents.items() if parent is model):
            children = tracked.model._base_manager.filter(**{f"{name}__in": keys})
            for pk, key in children.values_list("pk", name):
                if (tracked.model, str(pk)) not in leaving:
                    yield model, str(key)


def _key(step: Step) -> Key:
    return step.tracked.model, step.effect.key


def _stopped(step: Step, why: str) -> Step:
    return step if step.hindrance else replace(step, hindrance=why)
