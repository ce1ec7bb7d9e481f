"""Nothing that a model writes reaches a guest before a guard has compared it with the sources."""

from llm.guard.base import Failure, Guard
from llm.guard.copying import CopyGuard
from llm.guard.sentences import SentenceGuard

__all__ = ["CopyGuard", "Failure", "Guard", "SentenceGuard"]
