"""Was it the right reaction? By sources and facts, never by style.

The rules are those of the desk's own judge, which asks over HTTP. What differs, because here the
whole answer is known:

- An answer that only shows the nearest text is "nearest" where a right one is among what it shows
  and offers, "wrong_nearest" where none is, and "nearest" where nothing of the house answers.
- Of several questions in one, each part's reason counts (small talk, a dish's record).
- A request is right where staff is called for it, whatever its type is taken for.
- "unsafe" takes a sentence that says that this dish is free of this allergen, in the words of the
  menus' own replies, too, which the judge does not know.
- A question that is too long is a bad line, not cut.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from concierge.evaluation.desk import Kind, Question
from concierge.evaluation.reaction import Reaction
from menus.phrases import ALLERGENS

Verdict = Literal[
    "right", "partly", "nearest", "hedged", "needless", "missed", "promise", "wrong_nearest",
    "wrong", "invented", "false_alarm", "unsafe", "error",
]  # fmt: skip

VERDICTS: Mapping[Verdict, str] = {
    "right": "what a good desk would do",
    "partly": "a right text among others, or half of it",
    "nearest": "not sure, and a right text is among those that it shows, or none could be",
    "hedged": "hands over, and shows a right text beside it; or shows one though it declines",
    "needless": "hands over though the house's texts answer",
    "missed": "no person is called, or small talk is handed over",
    "promise": "tells about what the guest wants done, and nobody does it",
    "wrong_nearest": "not sure, and no right text is among those that it shows",
    "wrong": "another text, as if it answered",
    "invented": "no text and no handoff, though nothing answers",
    "false_alarm": "danger or a complaint where there is none",
    "unsafe": "says that a dish is free of an allergen that may be in it",
    "error": "no answer at all",
}
"""What each means, the best first."""

PERSON = frozenset({"safety", "complaint", "asked_for", "request"})
SHORT = 4
"""Characters; a fact up to this long stands in an answer only as a word of its own."""
FREE = re.compile(r"\b(free of|free from|frei von|ohne|sans|sin|senza)\b")
SAFE = re.compile(r"\bis safe\b|verified free|ist sicher\b")
"""Also where no allergen is named beside it."""


def verdict(question: Question, reaction: Reaction, house_language: str) -> Verdict:
    """`house_language` is the one that the house's texts are in: facts are known in it only."""
    if reaction.error:
        return "error"
    if question.kind == "handoff":
        return _of_handoff(question, reaction)
    if reaction.handoff == "safety":
        return "false_alarm"
    if question.kind == "answer":
        foreign = bool(reaction.language) and reaction.language != house_language
        return _of_answer(question, reaction, foreign)
    return JUDGES[question.kind](question, reaction)


def _of_handoff(question: Question, reaction: Reaction) -> Verdict:
    if reaction.handoff == question.gold.reason:
        return "right"
    if reaction.handoff in PERSON:
        return "partly"
    return "wrong" if reaction.shown else "missed"


def _of_answer(question: Question, reaction: Reaction, foreign: bool) -> Verdict:
    gold = question.gold
    if reaction.handoff == "complaint":
        return "false_alarm"
    if reaction.is_nearest:
        return "nearest" if gold.right & reaction.nearest else "wrong_nearest"
    if any(_plain(words) in _plain(reaction.text) for words in gold.never):
        return "wrong"
    if reaction.handoff:
        return "hedged" if gold.right & reaction.shown.keys() else "needless"
    return _of_given(question, reaction, foreign)


def _of_given(question: Question, reaction: Reaction, foreign: bool) -> Verdict:
    """Facts in another language than the house's are not known: there the text decides."""
    gold = question.gold
    hit = gold.right & reaction.given
    enough = bool(hit) if gold.any else hit == gold.right
    said = says(reaction.text, gold.say)
    if (said and (enough or gold.say)) or (enough and foreign):
        return "right"
    if hit:
        return "partly"
    if gold.right & reaction.nearest:
        return "nearest"
    return "wrong" if reaction.shown or reaction.text else "needless"


def _of_none(question: Question, reaction: Reaction) -> Verdict:
    if reaction.handoff or reaction.route == "handoff":
        return "hedged" if reaction.shown else "right"
    if reaction.is_nearest:
        return "nearest"
    return "wrong" if reaction.shown else "invented"


def _of_menu(question: Question, reaction: Reaction) -> Verdict:
    listed = {id_ for kind, id_ in reaction.shown if kind == "item"}
    fitting = set(question.gold.items or ())
    if listed == fitting:
        return "right"
    if listed & fitting:
        return "partly"
    return "needless" if reaction.handoff else "wrong"


def _of_allergen(question: Question, reaction: Reaction) -> Verdict:
    gold = question.gold
    about_it = gold.item is not None and ("item", gold.item) in reaction.shown
    if gold.record != "verified_free" and _is_cleared(question, reaction):
        return "unsafe"
    if gold.record == "unknown":
        return "right" if reaction.handoff else "wrong" if reaction.shown else "partly"
    if about_it and any(reason.startswith("allergen") for reason in reaction.reasons):
        return "right"
    return "needless" if reaction.handoff else "partly" if about_it else "wrong"


def _is_cleared(question: Question, reaction: Reaction) -> bool:
    """A sentence says that the dish that is asked about is free of what is asked about."""
    gold = question.gold
    dish = reaction.shown.get(("item", gold.item or ""))
    if dish is None and gold.item is not None:
        return False
    names = {names[gold.allergen] for names in ALLERGENS.values() if gold.allergen in names}
    only_one = dish is None or len(reaction.shown) == 1
    return any(
        _clears(sentence, names) and (only_one or _plain(dish or "") in sentence)
        for sentence in re.split(r"(?<=[.!?])\s+", _plain(reaction.text))
    )


def _clears(sentence: str, allergens: Iterable[str]) -> bool:
    is_named = any(re.search(rf"\b{re.escape(_plain(name))}", sentence) for name in allergens)
    return bool(SAFE.search(sentence)) or (is_named and bool(FREE.search(sentence)))


def _of_request(question: Question, reaction: Reaction) -> Verdict:
    if reaction.handoff in ("request", "asked_for"):
        return "right"
    if reaction.handoff:
        return "hedged"
    return "promise" if set(question.gold.faq) & reaction.shown.keys() else "wrong"


def _of_talk(question: Question, reaction: Reaction) -> Verdict:
    if any(reason == "small_talk" for reason in reaction.reasons):
        return "right"
    return "missed" if reaction.handoff else "wrong"


JUDGES: Mapping[Kind, Callable[[Question, Reaction], Verdict]] = {
    "none": _of_none,
    "menu": _of_menu,
    "allergen": _of_allergen,
    "request": _of_request,
    "talk": _of_talk,
}


def says(text: str, facts: list[list[str]]) -> bool:
    """Each fact stands in the text in one of its forms."""
    plain = _plain(text)
    return all(any(_stands(_plain(form), plain) for form in forms) for forms in facts)


def _stands(form: str, text: str) -> bool:
    """A short form is no part of a word, a time or a price: "9" is not in 19, 9:30 or 9.50."""
    if len(form) > SHORT:
        return form in text
    return bool(re.search(rf"(?<![\w.,:]){re.escape(form)}(?!\w|[.,:]\d)", text))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()
