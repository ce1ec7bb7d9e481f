"""Whether the sources say what a sentence says, and if not, why."""

import re

from llm.base import Question
from llm.guard.base import Failure
from llm.guard.claims import figures
from llm.guard.evidence import Evidence, Fact
from llm.guard.figure import Figure, supports
from llm.guard.lexicon import LEXICONS, NOTHING
from llm.guard.names import unknown_names
from llm.guard.polarity import Clause, clauses
from llm.guard.promises import promise, same_promise
from llm.guard.words import stems, words

SUPPORTED_SHARE = 0.2
"""Of a sentence's content words, so many at least stand in the sources, and one in any case."""

_UNKNOWN = re.compile(
    r"\b(?:(?:do not|don['’]t|didn['’]t) (?:\w+ )?(?:know|have (?:\w+ ){0,3}information)"
    r"|not sure|no information|can(?:not|['’]t) (?:answer|find|say)|unable to (?:answer|find)"
    r"|wei(?:ß|ss) (?:ich |es |das |wir )*(?:leider )?nicht|keine (?:\w+ ){0,2}information\w*"
    r"|nicht beantworten|(?:ne )?sais pas|(?:pas|aucune) (?:d['’])?information\w*"
    r"|no (?:lo )?(?:sé|sabemos)|no (?:tengo|dispongo de|tenemos) (?:\w+ ){0,2}información"
    r"|non (?:lo )?(?:so|sappiamo)|non (?:ho|abbiamo) (?:\w+ ){0,2}informazioni)\b",
    re.IGNORECASE,
)
_UNKNOWN_LONGEST = 220


def says_unknown(text: str, language: str) -> bool:
    """Whether `text` merely says that it does not know: no figure, no "but"."""
    contrast = LEXICONS.get(language, NOTHING).contrast
    return (
        len(text) < _UNKNOWN_LONGEST
        and _UNKNOWN.search(text) is not None
        and contrast.isdisjoint(word.lower() for word in words(text))
        and not figures(text, language)
    )


class Judge:
    """Compares the sentences of one answer to `question` with the evidence."""

    def __init__(self, evidence: Evidence, question: Question) -> None:
        self._evidence = evidence
        self._language = language = question.language
        self._asked = stems(question.text)
        self._named = figures(question.property_name, language)
        self._comparable = evidence.comparable(language)

    def failure(self, text: str) -> Failure | None:
        """Why `text` may not be said, None if it may."""
        if all(len(word) == 1 for word in words(text)):
            return "unsupported"  # a secret, letter by letter
        about = stems(text)
        scores = self._evidence.scores(about)
        for claim in figures(text, self._language):
            if not self._holds(claim, scores):
                return claim.kind
        if any(unknown_names(text, self._language, self._evidence.vocabulary)):
            return "name"
        if (promised := promise(text)) and not any(
            same_promise(promised, fact.promise) for fact in self._evidence.facts
        ):
            return "promise"
        if says_unknown(text, self._language):
            return None
        if not self._comparable:
            return None if self._plausible(text) else "polarity"
        if about and len(about & self._evidence.stems) < max(1, SUPPORTED_SHARE * len(about)):
            return "unsupported"
        if not text.endswith("?") and not self._agrees(text):
            return "polarity"
        return None

    def _holds(self, claim: Figure, scores: list[float]) -> bool:
        """A fact has the figure, and it is not one about something else altogether."""
        having = [at for at, fact in enumerate(self._evidence.facts) if _has(fact, claim)]
        if not having:
            return any(supports(claim, figure) for figure in self._named)
        beside_the_point = not any(scores[at] for at in having) and any(scores)
        return not (beside_the_point and claim.kind in {"number", "price", "time"})

    def _agrees(self, text: str) -> bool:
        """Yes, no and price as in the clauses of the sources that are most about the same."""
        said = clauses(text, self._language)
        nearest = [self._nearest(clause.stems) for clause in said]
        if not any(nearest):
            nearest = [self._nearest(self._asked) for _ in said]
        return all(
            not near or any(_same(clause, other, fact) for other, fact in near)
            for clause, near in zip(said, nearest, strict=True)
        )

    def _plausible(self, text: str) -> bool:
        """For words that cannot be found again, in another language: anyone says such a thing."""
        facts = self._evidence.facts
        return all(
            any(_same(clause, other, fact) for fact in facts for other in fact.clauses)
            for clause in clauses(text, self._language)
            if clause.stems
        )

    def _nearest(self, about: frozenset[str]) -> list[tuple[Clause, Fact]]:
        best, nearest = 0.0, list[tuple[Clause, Fact]]()
        for fact in self._evidence.facts:
            for other in fact.clauses:
                shared = len(about & other.stems) + 0.4 * len(about & fact.context)
                if shared > best:
                    best, nearest = shared, [(other, fact)]
                elif shared and shared == best:
                    nearest.append((other, fact))
        return nearest


def _has(fact: Fact, claim: Figure) -> bool:
    if any(supports(claim, figure) for figure in fact.figures):
        return True
    return fact.daily and any(kind == "day" for kind, _ in claim.readings)


def _same(clause: Clause, other: Clause, fact: Fact) -> bool:
    if clause.negative != other.negative or (clause.says_yes and other.negative):
        return False
    if clause.price is None or clause.negative:
        return True
    prices = {each.price for each in fact.clauses}
    if clause.price == "free":
        return "free" in prices
    return "paid" in prices or any(figure.kind == "price" for figure in fact.figures)
