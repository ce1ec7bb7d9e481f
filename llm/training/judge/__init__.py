"""Judges an answer of a model, apart from the guard that lets it out."""

from llm.training.judge.common import common_words
from llm.training.judge.verdict import Judge, Verdict

__all__ = ["Judge", "Verdict", "common_words"]
