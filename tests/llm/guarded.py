"""Runs a model's words through the guard, in the pieces in which a model sends them."""

from collections.abc import AsyncGenerator, Sequence

from llm.base import Finish, Meter, Question, Source, Stream
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


def written(*pieces: str, finish: Finish = "stop") -> Stream:
    """What a model writes that says these pieces."""

    async def model() -> AsyncGenerator[str, None]:
        for piece in pieces:
            yield piece

    return Stream(model(), Meter(finish=finish))


async def guarded(
    question: Question, *pieces: str, secret: str = "", finish: Finish = "stop"
) -> tuple[str, SentenceGuard]:
    guard = SentenceGuard(question, secret)
    said = [piece async for piece in guard.follow(written(*pieces, finish=finish))]
    return "".join(said), guard


def letters(text: str) -> Sequence[str]:
    """The worst way to cut a text into pieces."""
    return list(text)
