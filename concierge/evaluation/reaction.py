"""What the product did with a question, as far as it is judged."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from concierge.answering.answer import Answer, Trace
from concierge.evaluation.desk import Key

NEAREST = "nearest"
"""The reason of an answer that says that it is not sure, and shows the nearest text."""
DISHES = frozenset({"menu", "dish", "menu_item"})
"""What a dish was or is called among sources; the desk says "item"."""


@dataclass(frozen=True)
class Reaction:
    """`given` are the texts that it answers with, `nearest` those that it only shows as the
    nearest, with the further ones to choose from; `shown` are both without these, with their
    titles. `reasons` has those of each part.

    `chance` is how likely the best text answers (0 … 1), where the search decided; `fallbacks` say
    who could not do its part and why ("search timeout"), so that somebody else stood in; `error` is
    the name of what was raised instead of an answer.
    """

    text: str = ""
    language: str = ""
    route: str = ""
    reason: str = ""
    reasons: tuple[str, ...] = ()
    handoff: str = ""
    given: frozenset[Key] = frozenset()
    nearest: frozenset[Key] = frozenset()
    shown: Mapping[Key, str] = field(default_factory=dict)
    chance: float | None = None
    fallbacks: tuple[str, ...] = ()
    milliseconds: float = 0.0
    error: str = ""

    @property
    def is_nearest(self) -> bool:
        """Nothing is given as the answer, and nobody called: the guest reads what comes near."""
        return bool(self.nearest) and not (self.given or self.handoff)


def reaction_of(answer: Answer) -> Reaction:
    parts = list(_single(answer))
    near = [part for part in parts if part.reason == NEAREST and not part.handoff]
    sure = [part for part in parts if part not in near]
    further = [part.choices for part in near]
    return Reaction(
        text=answer.text,
        language=answer.language,
        route=answer.route,
        reason=answer.reason,
        reasons=tuple(part.reason for part in parts),
        handoff=(answer.handoff or {}).get("reason", ""),
        given=frozenset().union(*(_keys(part.sources) for part in sure)),
        nearest=frozenset().union(*(_keys(part.sources) for part in near), *map(_keys, further)),
        shown={_key(each): each["title"] for each in answer.sources},
        chance=_chance(answer.trace),
        fallbacks=tuple(each for part in parts for each in _fallbacks(part.trace)),
        milliseconds=answer.watch.timings_ms.get("total", 0.0),
    )


def _single(answer: Answer) -> Iterator[Answer]:
    """The answers to the single questions of a turn, or the one."""
    if not answer.parts:
        yield answer
    for part in answer.parts:
        yield from _single(part)


def _keys(sources: Iterable[Mapping[str, Any]]) -> frozenset[Key]:
    return frozenset(map(_key, sources))


def _key(source: Mapping[str, Any]) -> Key:
    return "item" if source["type"] in DISHES else source["type"], source["external_id"]


def _chance(trace: Trace) -> float | None:
    """None where several questions were asked, or something other than the search decided."""
    return trace.answers[0] if trace.answers else None


def _fallbacks(trace: Trace) -> Iterator[str]:
    for each in trace.fallbacks:
        yield f"{each['from']} {each['reason']}"
