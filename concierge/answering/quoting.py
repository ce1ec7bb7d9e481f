"""Answers in words that stand already: the staff's own, or those of an answer given before."""

from collections.abc import Sequence
from typing import Literal

from concierge.answering import handing_over, phrases
from concierge.answering.answer import Answer, Asked
from faq.models import Faq
from llm.base import Source
from llm.router import Written
from menus.models import Item
from menus.replies import MenuReply
from reading.message import Talk
from retrieval.cache import Cached
from retrieval.ranking import Hit


def small_talk(asked: Asked, answer: Answer, kind: Talk) -> str:
    answer.route, answer.reason = "curated", "small_talk"
    answer.status = "complete"
    return phrases.small_talk(kind, answer.language, asked.property)


def menus(asked: Asked, answer: Answer, reply: MenuReply) -> str:
    """What the menus' own query found. Where the kitchen recorded nothing, the staff is asked."""
    answer.route, answer.reason = "curated", reply.reason
    answer.sources, answer.cards = reply.sources, reply.cards
    answer.status = "complete"
    if reply.handoff:
        answer.route, answer.reason = "handoff", reply.handoff
        handing_over.call_staff(asked, answer, reply.handoff)
    return reply.text


def best_source(asked: Asked, answer: Answer, hit: Hit) -> str:
    """The staff's own words, in the guest's language where the staff wrote them in it.

    Where not, a line before them says so. Each language is a paragraph of its own, for one of them
    may run from right to left.
    """
    answer.status = "complete"
    cite(answer, [hit])
    note_language(answer, hit, foreign="own_words")
    text = _whole(asked, answer, hit)
    if written(hit, answer.language) == "foreign":
        return f"{phrases.only_in(hit.language, answer.language)}\n{text}"
    return text


def _whole(asked: Asked, answer: Answer, hit: Hit) -> str:
    source = source_of(hit, answer.language)
    if hit.kind == Faq.kind:
        return source.text  # its title is the question, a dish's or a place's is in the answer
    text = f"{source.title}: {source.text}"
    if hit.kind == Item.kind:
        text += f"\n{phrases.allergies(answer.language, asked.property)}"
    return text


def cached(answer: Answer, before: Cached) -> str:
    """The answer that a model gave to the same question, as it was checked then."""
    answer.sources, answer.cards = before.sources, before.cards
    answer.model = before.model
    answer.status = "complete"
    return before.text


def cite(answer: Answer, hits: Sequence[Hit]) -> None:
    answer.sources = [
        {
            "type": hit.kind,
            "external_id": hit.external_id or str(hit.id),
            "title": hit.title,
            "score": round(hit.score, 4),
        }
        for hit in hits
    ]
    answer.cards = [hit.card for hit in hits if hit.card]


def source_of(hit: Hit, language: str) -> Source:
    title, body = hit.translations.get(language, (hit.title, hit.body))
    written_in = hit.language if written(hit, language) == "foreign" else language
    return Source(hit.kind, hit.external_id, title, body, hit.score, written_in)


def written(hit: Hit, language: str) -> Written:
    if language == hit.language:
        return "own"
    return "translated" if language in hit.translations else "foreign"


def note_language(answer: Answer, hit: Hit, foreign: Literal["api", "own_words"]) -> None:
    """How a guest is helped who does not write the content's language: docs/languages.md."""
    how = written(hit, answer.language)
    if how != "own":
        answer.trace["language"] = foreign if how == "foreign" else "translation"
