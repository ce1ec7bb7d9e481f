"""Whether a clause says yes or no, and whether a thing is free or costs money."""

import re
from typing import Literal, NamedTuple

from llm.guard.lexicon import LEXICONS, NOTHING, Lexicon, word_set
from llm.guard.words import stems_of

Price = Literal["free", "paid"]


class Clause(NamedTuple):
    """`stems` are what it is about; `turns` is true after a "but" and for an "only", `leads`
    for what is no statement of its own: "In the spa,".
    """

    stems: frozenset[str]
    negative: bool
    price: Price | None
    says_yes: bool
    turns: bool
    leads: bool


_SEPARATOR = re.compile(r"[,;:–—()]+\s|\s[-–—]\s|[.!?…。！？]+(?:\s|$)")
_WORD = re.compile(r"§?[^\W_]+(?:['\-\u2011][^\W_]+)*")
_NOT = re.compile(r"n['’]t\b", re.IGNORECASE)
_FREE_PHRASE = re.compile(
    r"\b(?:free of charge|(?:at |for |with)?\s?(?:no|without)(?: any)?"
    r" (?:extra |additional |further )?(?:charges?|cost|costs|fees?|surcharge)"
    r"|(?:don't|doesn't|do not|does not|not be|won't be|not) charged?(?: for| extra| anything)?"
    r"|is included|are included|included in the (?:price|rate)"
    r"|ohne (?:aufpreis|gebühr|zusätzliche kosten|zuschlag)"
    r"|(?:keine|ohne) (?:zusätzlichen )?(?:kosten|gebühren?)"
    r"|sans (?:frais|supplément)|sin (?:coste|costo|cargo|suplemento)"
    r"|senza (?:costi|supplemento|costo)(?: aggiuntiv[io])?)\b",
    re.IGNORECASE,
)
_PAID_PHRASE = re.compile(
    r"\b(?:not|isn't|aren't|never) (?:for )?(?:free|complimentary|included)\b"
    r"|\bnicht (?:kostenlos|gratis|inbegriffen|kostenfrei|inklusive)\b"
    r"|\bpas (?:gratuite?s?|incluse?s?)\b|\bno (?:es|son|está|están) (?:gratis|gratuit[oa]s?)\b"
    r"|\bnon (?:è|sono) (?:gratis|gratuit[oaie]|inclus[oaie])\b"
    r"|\bextra (?:charge|cost|fee)s?\b|\bcosts? extra\b|\bfor a fee\b",
    re.IGNORECASE,
)
# "smoke-free" and "gluten free" say nothing about money, nor does "feel free".
_OTHER_FREE = re.compile(
    r"\b(?:[a-zü]{2,12}-free|(?:gluten|dairy|lactose|sugar|nut|allergen|toll|feel|hands|duty|meat"
    r"|egg|wheat|soy|tax|hassle|stress) free|free (?:range|standing|time|from))\b",
    re.IGNORECASE,
)
# Two negations that make a yes: "not a problem", "not required to".
_DOUBLE = re.compile(
    r"\b(?:no problem|not a problem|not only|no later than|no more than|no less than|not least"
    r"|no matter|without (?:any )?problems?|kein problem|nicht nur|pas de problème|non seulement"
    r"|no sólo|no solo|non solo|nessun problema|ningún problema"
    r"|not (?:closed|forbidden|prohibited|impossible|excluded)|nicht (?:verboten|geschlossen)"
    r"|(?:not|n't) (?:(?:a|an|in|fact|completely|entirely|really) ){0,3}no(?= )|no\. ?\d"
    r"|do not hesitate|don't hesitate|why not|if not)\b",
    re.IGNORECASE,
)


# "non-smoking", "smoke-free" and "Nichtraucherzimmer" hold a no and what it is about.
_NON = re.compile(r"\b(?:non|no)[- ](?=smok)|\bnicht(?=raucher)", re.IGNORECASE)
_LESS = re.compile(r"\b(smok(?:e|ing)|alcohol|pet|car)[- ]free\b", re.IGNORECASE)
# What follows counts, not the "No" before it: "No, only cash", "No, but cards are taken".
_ONLY = word_set("only just nur lediglich seulement uniquement sólo solo solamente soltanto")

_PREPOSITIONS = word_set(
    "per in at for during on with as according by from after before until if bei im am für laut "
    "während auf nach vor wenn à en pour dans selon pendant si con para según durante nel nella "
    "secondo se"
)


def clauses(text: str, language: str) -> list[Clause]:
    """What `text` says, piece by piece; no polarity in a language without a lexicon."""
    lexicon = LEXICONS.get(language, NOTHING)
    text = _LESS.sub(r"no \1 ", _NON.sub("no ", text))
    text = _DOUBLE.sub(" ", text)
    text = _OTHER_FREE.sub(lambda match: match[0].replace("free", " ").replace("FREE", " "), text)
    text = _FREE_PHRASE.sub(" §free ", text)
    text = _PAID_PHRASE.sub(" §paid ", text)
    text = _NOT.sub(" n't ", text)
    return _joined([_clause(part, lexicon) for part in _parts(text, lexicon)])


def _parts(text: str, lexicon: Lexicon) -> list[list[str]]:
    parts: list[list[str]] = []
    for piece in _SEPARATOR.split(text):
        part: list[str] = []
        for word in _WORD.findall(piece.lower().replace("’", "'")):
            if word in lexicon.contrast and part:
                parts.append(part)
                part = []
            part.append(word)
        parts += _around_and(part, lexicon)
    return [part for part in parts if part]


def _around_and(part: list[str], lexicon: Lexicon) -> list[list[str]]:
    """In "is free and cannot be reserved" the no belongs to the second half alone."""
    for at, word in enumerate(part):
        if _is_negation(word, lexicon):
            return [part]
        if word in lexicon.also and any(_is_negation(each, lexicon) for each in part[at:]):
            return [part[:at], part[:at] + part[at + 1 :]]
    return [part]


def _clause(part: list[str], lexicon: Lexicon) -> Clause:
    price: Price | None = None
    negative = says_yes = False
    about: set[str] = set()
    for position, word in enumerate(part):
        if word == "§free" or word in lexicon.free:
            price = price or "free"
        elif word == "§paid":
            price = "paid"
        elif word in lexicon.paid:
            price = price or "paid"
        elif position == 0 and word in lexicon.yes:
            says_yes = True
        elif _is_negation(word, lexicon):
            negative = True
        elif not word[0].isdigit():
            about |= stems_of(word)
    turns = part[0] in lexicon.contrast or not _ONLY.isdisjoint(part)
    leads = not negative and (len(part) <= 2 or part[0] in _PREPOSITIONS)
    return Clause(frozenset(about), negative, price, says_yes, turns, leads)


def _is_negation(word: str, lexicon: Lexicon) -> bool:
    # French elides: "n'est", "n'y".
    return word in lexicon.negative or (word.startswith("n'") and "n" in lexicon.negative)


def _joined(parts: list[Clause]) -> list[Clause]:
    """A clause about nothing ("No,") or without a verb ("In the spa,") joins the next one."""
    joined: list[Clause] = []
    pending: Clause | None = None
    for part in parts:
        if pending is not None:
            part = _led_by(pending, part)
        pending = None if part.stems and not part.leads else part
        if pending is None:
            joined.append(part)
    if pending is not None and (pending.stems or pending.negative or pending.says_yes):
        joined.append(pending)
    return joined


def _led_by(lead: Clause, part: Clause) -> Clause:
    if lead.stems:
        return part._replace(stems=lead.stems | part.stems, says_yes=lead.says_yes or part.says_yes)
    if not lead.negative:
        return part._replace(says_yes=lead.says_yes, price=lead.price or part.price)
    if part.negative or part.turns or part.price or part.leads:
        return part
    # "No, dogs are welcome" contradicts itself: no source can agree with it.
    return part._replace(negative=True, says_yes=True)
