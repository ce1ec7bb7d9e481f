"""Whether an answer would reach the guest: what the guard replaces, nobody should learn."""

from llm.base import Question
from llm.guard.evidence import Evidence
from llm.guard.splitting import sentences
from llm.guard.verdict import Judge


def passes(question: Question, answer: str) -> bool:
    """Whether the sources of `question` say every sentence of `answer`."""
    evidence = Evidence(question.sources, f"{question.property_name} {question.text}")
    judge = Judge(evidence, question)
    return bool(answer) and all(judge.failure(each) is None for each in sentences(answer))
