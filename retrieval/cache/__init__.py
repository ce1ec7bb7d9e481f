"""Answers that a model gave before, for whoever asks the same again.

The same words find theirs in Valkey (verbatim.py); words that mean the same find it in Postgres, in
the round trip that searches the content anyway (similar.py). Either is one property's, one
audience's and one language's, made by one recipe, and holds for one version of the content.
docs/cache.md has the reasons and the measurements.
"""

from retrieval.cache.base import Cached, Key
from retrieval.cache.similar import Slot
from retrieval.cache.storing import forget_old, store
from retrieval.cache.verbatim import exact, is_current

__all__ = ["Cached", "Key", "Slot", "exact", "forget_old", "is_current", "store"]
