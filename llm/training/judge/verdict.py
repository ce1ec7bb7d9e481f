"""What is wrong with one answer: each claim of it held against the notes that the model was shown.

By rules alone. Which of them fires is kept, so that a person can check the judge as well
(`manage.py evaluate_model --json`); how often it is wrong itself is in docs/local-model.md.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from llm.base import Question
from llm.guard.lexicon import word_set
from llm.guard.splitting import sentences
from llm.guard.words import stems, words
from llm.training.judge.figures import Figure, figures, is_supported
from llm.training.judge.polarity import (
    answers_otherwise,
    contradicts,
    contradicts_itself,
    says_the_wrong_word,
)

_NO_NAMES = word_set(
    "am pm im ill id ive the yes no it we they he she you and or at of wifi byob tv atm ok sorry "
    "hotel restaurant house guesthouse lodge gbp eur usd there i however nope fortunately sadly "
    "also while nowhere everything nothing"
)
FOREIGN = 2
"""So many content words that neither the notes nor the question nor common use know."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What no note says. `other_than_person` alone is no fault: people err, too.

    `foreign` are words from nowhere, `echoed` those of a guest whom no note answers: who repeats
    them has made something up of what was asked for.
    """

    figures: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    echoed: tuple[str, ...] = ()
    wrong_polarity: bool = False
    other_than_person: bool = False

    @property
    def unsupported(self) -> bool:
        invented = self.figures or self.names or self.echoed or self.wrong_polarity
        return bool(invented) or len(self.foreign) >= FOREIGN


class Judge:
    """`common` are the stems that need no source (`common_words`)."""

    def __init__(self, common: frozenset[str]) -> None:
        self._common = common

    def verdict(self, answer: str, question: Question, fact: str, person: str) -> Verdict:
        """Of an `answer` that does not merely say that it does not know.

        `question` holds the notes that the model was shown. `fact` is the text that answers, ""
        where none does; `person` what a person said to it, "" where nobody did.
        """
        shown = "\n".join(f"{note.title}\n{note.text}" for note in question.sources)
        around = f"{question.property_name} {question.text}"
        unread = stems(answer) - stems(f"{shown} {question.property_name}")
        echoed = unread & stems(question.text)
        foreign = unread - echoed - self._common
        return Verdict(
            figures=tuple(_invented(answer, f"{shown}\n{question.property_name}", question.text)),
            names=tuple(_unknown_names(answer, f"{shown} {around}", foreign)),
            foreign=tuple(sorted(foreign)),
            echoed=() if fact else tuple(sorted(echoed)),
            wrong_polarity=_is_wrong(answer, question.text, fact, shown),
            other_than_person=bool(person) and answers_otherwise(answer, person),
        )


def _is_wrong(answer: str, question: str, fact: str, shown: str) -> bool:
    """Where no fact is known to answer, the notes nearest to the answer must not say otherwise."""
    if not fact:
        return contradicts(answer, shown)
    return (
        contradicts(answer, fact)
        or contradicts_itself(answer, question)
        or says_the_wrong_word(answer, question, fact)
    )


def _invented(answer: str, shown: str, question: str) -> Iterator[str]:
    """Figures that no note has. What the guest named may be repeated to deny it."""
    known = figures(shown)
    asked = figures(question)
    for sentence in sentences(answer):
        denies = re.search(r"\b(?:not?|cannot|sorry|\w+n['’]t)\b", sentence, re.IGNORECASE)
        for claim in figures(sentence):
            if not is_supported(claim, known) and not (denies and is_supported(claim, asked)):
                yield _shown(claim)


def _shown(claim: Figure) -> str:
    return " ".join([claim.kind, "/".join(sorted(claim.values)), claim.unit]).strip()


def _unknown_names(answer: str, known: str, foreign: frozenset[str]) -> Iterator[str]:
    """Words with a capital that are nowhere else; at the beginning of a sentence anything has one.

    An answer in capitals has no names to find.
    """
    parts = [part for word in words(known) for part in (word, *re.split(r"[-\u2011]", word))]
    vocabulary = {_squeezed(part) for part in parts} | _NO_NAMES
    vocabulary |= {_squeezed(f"{one}{two}") for one, two in pairwise(parts)}
    for sentence in sentences("" if answer.isupper() else answer):
        for position, word in enumerate(words(sentence)):
            may_be_name = position > 0 or not stems(word).isdisjoint(foreign)
            if word[0].isupper() and may_be_name and not _is_known(_squeezed(word), vocabulary):
                yield word


def _is_known(word: str, vocabulary: Collection[str]) -> bool:
    """ "Master Card" of "Mastercard" is known, too."""
    return (
        len(word) < 2
        or word in vocabulary
        or (
            len(word) > 3
            and any(each.startswith(word) or each.endswith(word) for each in vocabulary)
        )
    )


def _squeezed(word: str) -> str:
    """One spelling for "Wi-Fi" and "WiFi", "Ashby's" and "Ashby", "Arms" and "arm"."""
    bare = re.sub(r"['’]s$|[^\w]", "", word.lower())
    return bare.removesuffix("s")
