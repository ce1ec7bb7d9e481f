"""An undo in its parts: what a change did to each row, and what takes that back."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace

from concierge.history.models import RowChange
from concierge.history.tracked import TRACKED, Tracked
from concierge.history.values import Values, labels_of, read, title_of


class Kind(enum.StrEnum):
    BRING_BACK = "bring back"
    TAKE_AWAY = "take away"
    SET_BACK = "set back"


@dataclass(frozen=True)
class Effect:
    """What a change did to a row in all, however often it wrote it; None: not there."""

    tracked: Tracked
    key: str
    property_id: int | None
    before: Values | None
    after: Values | None


@dataclass(frozen=True)
class Step:
    """One row of an undo. `values` are written; `since` names the fields that were changed since.

    A step with a `hindrance` is not taken.
    """

    effect: Effect
    kind: Kind
    values: Values
    since: tuple[str, ...] = ()
    hindrance: str = ""

    @property
    def title(self) -> str:
        return title_of(self.tracked, self.effect.before or self.effect.after or {})

    @property
    def tracked(self) -> Tracked:
        return self.effect.tracked

    @property
    def name(self) -> str:
        return self.tracked.noun

    @property
    def since_in_words(self) -> str:
        return ", ".join(labels_of(self.tracked, self.since)).lower()

    @property
    def is_taken(self) -> bool:
        return not self.hindrance and (bool(self.values) or self.kind == Kind.TAKE_AWAY)


def effects_of(rows: Iterable[RowChange]) -> list[Effect]:
    """`rows` in the order in which they were written."""
    effects: dict[tuple[str, str], Effect] = {}
    for row in rows:
        tracked = TRACKED.get(row.model)
        if tracked is None:
            continue
        after = read(tracked, row.after)
        if earlier := effects.get((row.model, row.object_id)):
            effects[row.model, row.object_id] = replace(earlier, after=after)
        else:
            before = read(tracked, row.before)
            effects[row.model, row.object_id] = Effect(
                tracked, row.object_id, row.property_id, before, after
            )
    return list(effects.values())
