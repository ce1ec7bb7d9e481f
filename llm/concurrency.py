"""How many answers may be in flight. Nobody waits for a place: there are other ways to answer."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from llm.base import ModelError


class Places:
    """At most `per_property` answers at once for one property and `total` in this process."""

    def __init__(self, per_property: int, total: int) -> None:
        self._per_property = per_property
        self._total = total
        self._taken: Counter[int] = Counter()
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        return self._taken.total()

    @contextmanager
    def taking(self, property_id: int) -> Iterator[None]:
        """Around an answer. Raises a `ModelError` "busy" at once if every place is taken."""
        self._take(property_id)
        try:
            yield
        finally:
            self._give_back(property_id)

    def _take(self, property_id: int) -> None:
        with self._lock:
            full = self._taken[property_id] >= self._per_property or self.taken >= self._total
            if full:
                raise ModelError(
                    "Too many answers are in the making", permanent=False, reason="busy"
                )
            self._taken[property_id] += 1

    def _give_back(self, property_id: int) -> None:
        with self._lock:
            self._taken[property_id] -= 1
            self._taken += Counter()  # forgets those that have none
