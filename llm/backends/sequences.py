"""Which llama.cpp sequence holds what, so that nothing is read twice that is still in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from llm.backends.llamacpp import Feed, LlamaCpp


@dataclass(slots=True, eq=False)
class Slot:
    """A sequence and the `tokens` in it. `reserved` cells are its own while it is in use."""

    sequence: int
    tokens: list[int] = field(default_factory=list)
    reserved: int = 0


class Sequences:
    """`count` slots for answers, on a memory of `cells` tokens that begin with `prefix`.

    What a finished answer had read stays until its slot or its cells are needed: guests of one
    house ask about the same notes.
    """

    def __init__(self, llama: LlamaCpp, count: int, cells: int, prefix: Sequence[int]) -> None:
        self._llama = llama
        self._prefix = Slot(0, list(prefix))
        self._cells = cells - len(prefix)
        # The least recently used first.
        self._slots = [Slot(sequence) for sequence in range(1, count + 1)]
        llama.compute([Feed(0, 0, prefix, 0)])

    def take(self, prompt: Sequence[int], cells: int) -> Slot | None:
        """A slot that holds as much of `prompt` as any does, but for its last token.

        None while there is no slot, or not as many as `cells` for it to grow to.
        """
        idle = [slot for slot in self._slots if not slot.reserved]
        in_use = sum(slot.reserved for slot in self._slots)
        if not idle or in_use + cells > self._cells:
            return None
        best = max((self._prefix, *self._slots), key=lambda slot: _shared(slot.tokens, prompt))
        shared = min(_shared(best.tokens, prompt), len(prompt) - 1)
        target = best if best in idle else idle[0]
        if target is best:
            self._truncate(target, shared)
        else:
            self._truncate(target, 0)
            self._llama.share(best.sequence, target.sequence, shared)
            target.tokens = list(prompt[:shared])
        target.reserved = cells
        self._make_room()
        return target

    def give_back(self, slot: Slot) -> None:
        """Its answer has ended; the tokens stay for others to share."""
        slot.reserved = 0
        self._slots.remove(slot)
        self._slots.append(slot)

    def _make_room(self) -> None:
        """Idle slots forget, the oldest first, until the others' reservations fit beside them."""
        idle = [slot for slot in self._slots if not slot.reserved]
        free = self._cells - sum(slot.reserved for slot in self._slots)
        excess = sum(len(slot.tokens) for slot in idle) - free
        for slot in idle:
            if excess <= 0:
                return
            excess -= len(slot.tokens)
            self._truncate(slot, 0)

    def _truncate(self, slot: Slot, length: int) -> None:
        self._llama.forget(slot.sequence, length)
        del slot.tokens[length:]


def _shared(held: Sequence[int], prompt: Sequence[int]) -> int:
    """How many tokens both begin with."""
    for position, (one, other) in enumerate(zip(held, prompt, strict=False)):
        if one != other:
            return position
    return min(len(held), len(prompt))
