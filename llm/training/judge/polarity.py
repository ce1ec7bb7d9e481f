"""Yes or no, free or paid, open or closed: what two English texts say about the same thing.

Built apart from the guard's own (llm/guard/polarity.py), and used differently: an answer is held
against the very fact that answers the question, and against what a person answered to it.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from llm.guard.splitting import sentences
from llm.guard.words import stems
from llm.training.dataset.cleaning import plainly_asked

_NEGATIVE = re.compile(
    r"\b(?:not|no|never|none|neither|nor|cannot|without|lacks?|lacking|unavailable|unable|closed"
    r"|prohibit\w*|forbid\w*|ban|bans|banned|refus\w*|impossible|unwelcome|disallow\w*|against"
    r"|\w+n['’]t|(?:do|does|did|is|are|was|has|have|ca|wo|could|would|should)nt)\b"
    r"|\b(?:non(?=[- ]smok)|(?:smoke|alcohol|pet)s?(?=[- ]free))",
    re.IGNORECASE,
)
# Two that make a yes, and a "no" that denies nothing.
_NOT_NEGATIVE = re.compile(
    r"\b(?:not only|no problem|not a problem|no later than|no more than|no less than"
    r"|(?:not|n['’]t) (?:closed|prohibited|forbidden|banned|impossible|without)"
    r"|do(?:n['’]t| not) hesitate|without (?:any )?problems?)\b",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\b(?:free of charge|(?:no|without|any)(?: any)?(?: extra| additional)? (?:charges?|costs?"
    r"|fees?)|(?:not|n['’]t) charged?(?: a fee)?|complimentary"
    r"|(?<!gluten[ -])(?<!dairy[ -])(?<!smoke[ -])(?<!pet[ -])(?<!alcohol[ -])(?<!feel )(?<!not )"
    r"(?<!n't )free)\b(?!-)",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\b(?:costs?|fees?|charges?|charged|surcharge|paid|not free|n['’]t free|extra charge)\b"
    r"|[£€$]\s?\d|\d\s?(?:[£€$]|GBP|EUR|USD|pounds?|euros?)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\W*(?:(?:i['’]m |i am )?sorry\W+|unfortunately\W+)*(?:(yes|yeah|yep|sure|absolutely"
    r"|certainly|of course)|(no|nope)(?=\s*[,.!;:]|\s*$|\s(?:there|they|it|this|that|we|you|the|i"
    r"|unfortunately|sorry)\b))\b[,.!:;]?\s*",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"[;:]\s|,\s(?=(?:no|not|never|closed)\b)|,?\s\b(?:but|however|although|though|except|while|whereas)\b\s?",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:only|but|however|instead|just|until|after|must|need|except|unless)\b", re.IGNORECASE
)
_ONLY = re.compile(r"\b(?:only|just|limited|except)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"^\W*(?:do|does|would|will|can|could|may|shall|is|are|was|have|has|what|when|where|who|how"
    r"|anything|i hope|thank|let me|feel free|enjoy)\b|\?\s*$",
    re.IGNORECASE,
)


class Statement(NamedTuple):
    """One clause: the stems it is about, whether it says no, and "free", "paid" or "".

    `limited`: an "only" says yes to one thing and no to the others, so it agrees with both.
    """

    about: frozenset[str]
    negative: bool
    price: str
    limited: bool


def statements(text: str) -> list[Statement]:
    """The clauses of `text` that are about something, without the Yes or No before them."""
    said = [_LEAD.sub("", each) for each in sentences(text)]
    parts = [part for each in said if not _ASKS.search(each) for part in _CONTRAST.split(each)]
    return [each for each in map(_statement, parts) if each.about]


def says_no(text: str) -> bool:
    """Whether a word of `text` denies something."""
    return _NEGATIVE.search(_NOT_NEGATIVE.sub(" ", text)) is not None


def lead(text: str) -> str:
    """ "yes", "no" or "": how `text` begins."""
    found = _LEAD.match(text)
    return "" if found is None else "yes" if found[1] else "no"


def contradicts(answer: str, fact: str) -> bool:
    """Whether a clause of `answer` says no where the clause of `fact` nearest to it says yes, or
    free for paid, or the other way round. False where nothing is comparable.
    """
    facts = statements(fact)
    return any(_opposed(each, _nearest(each, facts)) for each in statements(answer))


def answers_otherwise(answer: str, other: str) -> bool:
    """Whether `answer` contradicts another answer to the same question, its Yes or No included."""
    begun = {lead(answer), lead(other)}
    if begun == {"yes", "no"}:
        return _overall(answer) != _overall(other) or contradicts(answer, other)
    return contradicts(answer, other)


def contradicts_itself(answer: str, question: str) -> bool:
    """A Yes before a no or a No before a plain yes, after a question that holds no "not"."""
    begun, said = lead(answer), statements(answer)
    if not begun or not said or says_no(question) or _HEDGE.search(answer):
        return False
    return said[0].negative is (begun == "yes") and not said[0].price


def says_the_wrong_word(answer: str, question: str, fact: str) -> bool:
    """ "Yes, they do." and no more, where the fact says no; "No." where it says yes."""
    begun = lead(answer)
    if not begun or statements(answer) or not plainly_asked(question):
        return False
    return _overall(fact) is (begun == "yes")


def _overall(text: str) -> bool:
    said = statements(text)
    return said[0].negative if said else lead(text) == "no"


def _opposed(said: Statement, near: Sequence[Statement]) -> bool:
    prices = {each.price for each in near} - {""}
    if said.price and prices:
        return said.price not in prices
    if said.limited or any(each.limited for each in near):
        return False
    return bool(near) and all(said.negative != each.negative for each in near)


def _nearest(said: Statement, facts: Sequence[Statement]) -> list[Statement]:
    """Those that share the most with it; all of a fact that shares no word."""
    shared = [len(said.about & each.about) for each in facts]
    most = max(shared, default=0)
    return [each for each, count in zip(facts, shared, strict=True) if count == most]


def _statement(text: str) -> Statement:
    negative = says_no(_FREE.sub(" ", text))
    price = "free" if _FREE.search(text) else "paid" if _PAID.search(text) else ""
    if negative and price == "free":
        price = "paid"  # "does not offer free parking"
    return Statement(stems(text), negative, price, _ONLY.search(text) is not None)
