"""Nothing that a model writes reaches a guest before a guard has compared it with the sources."""

from llm.guard.base import Failure
from llm.guard.sentences import SentenceGuard

__all__ = ["Failure", "SentenceGuard"]
