"""Answers in words that stand already: the staff's own, or those of an answer given before."""

from collections.abc import Sequence

from concierge.answering import phrases
from concierge.answering.answer import Json, Said
from concierge.answering.handing_over import contact_of
from faq.models import Faq
from llm.base import Source
from llm.router import Written
from menus.models import Item
from menus.replies import MenuReply
from properties.models import Property
from reading.message import Talk
from retrieval.cache import Cached
from retrieval.ranking import Hit

MOST_CHOICES = 3


def small_talk(kind: Talk, language: str, house: Property) -> Said:
    return Said(phrases.small_talk(kind, language, house), "curated", "small_talk")


def noted(language: str, house: Property) -> Said:
    """What a guest told of themselves is in the conversation, and heard."""
    return Said(phrases.noted(language, house), "curated", "need")


def menus(reply: MenuReply, house: Property) -> Said:
    """What the menus' own query found. Where the kitchen recorded nothing, the staff is asked."""
    return Said(
        reply.text,
        "handoff" if reply.handoff else "curated",
        reply.handoff or reply.reason,
        sources=tuple(reply.sources),
        cards=tuple(reply.cards),
        handoff=contact_of(house, reply.handoff) if reply.handoff else None,
    )


def best_source(hit: Hit, language: str, house: Property, reason: str) -> Said:
    """The staff's own words, in the guest's language where the staff wrote them in it.

    Where not, a line before them says so. Each language is a paragraph of its own, for one of them
    may run from right to left.
    """
    return Said(
        _whole(hit, language, house),
        "curated",
        reason,
        sources=cited([hit]),
        cards=cards_of([hit]),
        translated=translated(hit, language, foreign="own_words"),
    )


def nearest(hits: Sequence[Hit], language: str, house: Property, reason: str) -> Said:
    """What may not answer is not said as if it did: the nearest text under its title, what else
    comes near to be tapped, and who knows otherwise."""
    best, *others = hits
    title = source_of(best, language).title
    lines = [phrases.nearest(language), _whole(best, language, house)]
    if best.kind == Faq.kind:
        lines.insert(1, title)
    lines.append(phrases.otherwise(language, house))
    titles = {title: Json()}
    for hit in others:
        titles.setdefault(source_of(hit, language).title, _choice(hit, language))
    return Said(
        "\n".join(lines),
        "curated",
        reason,
        sources=cited([best]),
        cards=cards_of([best]),
        choices=tuple(list(titles.values())[1 : 1 + MOST_CHOICES]),
        translated=translated(best, language, foreign="own_words"),
    )


def cached(before: Cached) -> Said:
    """The answer that a model gave to the same question, as it was checked then."""
    return Said(
        before.text,
        "cached",
        "asked_before",
        model=before.model,
        sources=tuple(before.sources),
        cards=tuple(before.cards),
    )


def _whole(hit: Hit, language: str, house: Property) -> str:
    source = source_of(hit, language)
    text = source.text  # of an FAQ: its title is the question, others' is in the answer
    if hit.kind != Faq.kind:
        text = f"{source.title}: {source.text}"
    if hit.kind == Item.kind:
        text += f"\n{phrases.allergies(language, house)}"
    if written(hit, language) == "foreign":
        return f"{phrases.only_in(hit.language, language)}\n{text}"
    return text


def _choice(hit: Hit, language: str) -> Json:
    return {
        "type": hit.kind,
        "external_id": hit.external_id or str(hit.id),
        "title": source_of(hit, language).title,
    }


def cited(hits: Sequence[Hit]) -> tuple[Json, ...]:
    return tuple(
        {
            "type": hit.kind,
            "external_id": hit.external_id or str(hit.id),
            "title": hit.title,
            "score": round(hit.score, 4),
        }
        for hit in hits
    )


def cards_of(hits: Sequence[Hit]) -> tuple[Json, ...]:
    return tuple(hit.card for hit in hits if hit.card)


def source_of(hit: Hit, language: str) -> Source:
    title, body = hit.translations.get(language, (hit.title, hit.body))
    written_in = hit.language if written(hit, language) == "foreign" else language
    return Source(hit.kind, hit.external_id, title, body, hit.score, written_in)


def written(hit: Hit, language: str) -> Written:
    if language == hit.language:
        return "own"
    return "translated" if language in hit.translations else "foreign"


def translated(hit: Hit, language: str, foreign: str) -> str:
    """How a guest is helped who does not write the content's language: docs/languages.md."""
    match written(hit, language):
        case "own":
            return ""
        case "translated":
            return "translation"
    return foreign
