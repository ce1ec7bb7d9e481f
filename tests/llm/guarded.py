"""Runs a model's words through the guard, in the pieces in which a model sends them."""

from collections.abc import AsyncIterator, Sequence

from llm.base import Question, Source
from llm.guard import SentenceGuard


def asked(
    *texts: str, text: str = "Tell me more", language: str = "en", written_in: str = ""
) -> Question:
    """A question at The Old Mill whose sources are `texts`, each "title | text" or a text."""
    sources = []
    for number, each in enumerate(texts, 1):
        title, _, body = each.rpartition(" | ")
        sources.append(Source("faq", str(number), title, body, 0.9, written_in or language))
    return Question(text, language, "The Old Mill", tuple(sources))


async def guarded(question: Question, *pieces: str, secret: str = "") -> tuple[str, SentenceGuard]:
    async def model() -> AsyncIterator[str]:
        for piece in pieces:
            yield piece

    guard = SentenceGuard(question, secret)
    return "".join([piece async for piece in guard.follow(model())]), guard


def letters(text: str) -> Sequence[str]:
    """The worst way to cut a text into pieces."""
    return list(text)
