"""What the sources say, taken apart once, so that an answer is quick to compare."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from llm.base import Source
from llm.guard.claims import figures
from llm.guard.dates import is_daily
from llm.guard.figure import Figure, supports
from llm.guard.lexicon import LEXICONS, NOTHING
from llm.guard.polarity import Clause, clauses
from llm.guard.promises import promise
from llm.guard.splitting import sentences
from llm.guard.words import stems, words

REMEMBERED = 2048
"""Sources kept taken apart: guests ask about the same ones again and again."""


class Fact(NamedTuple):
    """A sentence of a source. `context` holds the stems of the source's title."""

    text: str
    stems: frozenset[str]
    context: frozenset[str]
    clauses: tuple[Clause, ...]
    figures: tuple[Figure, ...]
    daily: bool
    promise: str


class Analysed(NamedTuple):
    facts: tuple[Fact, ...]
    vocabulary: frozenset[str]
    stems: frozenset[str]


@lru_cache(maxsize=REMEMBERED)
def analyse(title: str, text: str, language: str) -> Analysed:
    """The facts of one source, its words in lower case, and its stems."""
    context = stems(title)
    in_title = tuple(figures(title, language))
    facts: list[Fact] = []
    for sentence in _meaningful(sentences(text)):
        previous = facts[-1].stems if facts and _goes_on(sentence, language) else frozenset()
        said = _about(clauses(sentence, language), context, previous)
        facts.append(
            Fact(
                sentence,
                stems(sentence) | previous,
                context,
                tuple(said),
                (*figures(sentence, language), *in_title),
                is_daily(sentence),
                promise(sentence),
            )
        )
    vocabulary = frozenset(word.lower().replace("’", "'") for word in words(f"{title} {text}"))
    parts = {part for word in vocabulary for part in word.replace("'", "-").split("-")}
    return Analysed(
        tuple(facts), vocabulary | parts, context.union(*(fact.stems for fact in facts))
    )


def _meaningful(texts: Iterable[str]) -> list[str]:
    """A sentence such as "Yes." or "Of course!" joined with the one that says what it means."""
    joined: list[str] = []
    pending = ""
    for text in texts:
        pending = f"{pending} {text}".strip()
        if stems(pending):
            joined.append(pending)
            pending = ""
    return [*joined, pending] if pending else joined


def _goes_on(sentence: str, language: str) -> bool:
    """Whether it is about the same as the sentence before: "It is closed in January."."""
    first = sentence.split(maxsplit=1)[0].lower()
    return first in LEXICONS.get(language, NOTHING).pronouns


def _about(
    parts: Iterable[Clause], context: frozenset[str], previous: frozenset[str]
) -> Iterable[Clause]:
    """A clause about nothing ("No.") is about what the title asks."""
    return (part._replace(stems=part.stems | previous or context) for part in parts)


class Evidence:
    """All sources of one question; a fact is named by its index into `facts`."""

    def __init__(self, sources: Sequence[Source], names: str) -> None:
        analysed = [analyse(source.title, source.text, source.language) for source in sources]
        self.facts = [fact for each in analysed for fact in each.facts]
        self.source_of = [at for at, each in enumerate(analysed) for _ in each.facts]
        self.stems_of = [each.stems for each in analysed]
        self.stems = frozenset[str]().union(*self.stems_of)
        self.vocabulary = frozenset(word.lower() for word in words(names)).union(
            *(each.vocabulary for each in analysed)
        )
        self.languages = {source.language for source in sources}

    def comparable(self, language: str) -> bool:
        """Whether words of an answer in `language` can be found again in the sources."""
        return self.languages == {language} and language in LEXICONS

    def scores(self, about: Collection[str]) -> list[float]:
        """How much each fact is about the stems `about`; words of a title count half."""
        return [
            sum(
                1.0 if stem in fact.stems else 0.5 if stem in fact.context else 0.0
                for stem in about
            )
            for fact in self.facts
        ]

    def backing(self, claims: Collection[Figure]) -> list[int]:
        """The sources that have the most of these figures; none if no source has any."""
        counts = Counter(source for claim in claims for source in self._having(claim))
        most = max(counts.values(), default=0)
        return sorted(source for source, count in counts.items() if count == most)

    def _having(self, claim: Figure) -> set[int]:
        return {
            source
            for source, fact in zip(self.source_of, self.facts, strict=True)
            if any(supports(claim, figure) for figure in fact.figures)
        }

    def best(self, about: Collection[str]) -> int | None:
        """The fact that is most about `about`, the earlier of equals, None if none is."""
        scores = self.scores(about)
        highest = max(scores, default=0.0)
        return scores.index(highest) if highest else None
