"""For models that write freely: each sentence is compared with the sources before it is read.

A guest reads a sentence while the model writes the next one. What no source says is replaced by
the source's own words, so that an answer is never wrong, only sometimes less fluent.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from llm.base import Question, Stream
from llm.guard.base import Failure
from llm.guard.claims import figures
from llm.guard.evidence import Evidence
from llm.guard.leaks import LeakDetector
from llm.guard.splitting import Splitter, ends_whole
from llm.guard.text import has_markup, plain, split_citations, visible
from llm.guard.verdict import Judge, says_unknown
from llm.guard.words import stems, words
from llm.prompts import API_INSTRUCTION

LONGEST_WORD = 40
"""No word of a hotel is longer; base64 is."""

NEAR = 0.34
"""The share of a bad sentence's content words that a fact must hold to stand in its place."""

UNTRUE = frozenset({"number", "price", "time", "date", "phone", "polarity"})
"""Failures of a sentence that meant to answer, in other words than the sources'."""

MOST_SENTENCES = 12
"""Three are asked for. Who says so many more does not know how to stop."""

_UNSPACED = frozenset({"ja", "th", "zh"})


class SentenceGuard:
    """Checks an answer to `question`; `secret` is the canary that must not come out.

    `line` names a language (ISO 639-1) to the guest; it is said once, before the first of the
    sources' words that are not in the answer's language. With `certain` some source is known to
    answer: a model that says it does not know is not believed.
    `checked` and `replaced` count the model's sentences, `failures` says why each was replaced.
    Takes about 0.3 ms a sentence. One guard follows one answer.
    """

    def __init__(
        self,
        question: Question,
        secret: str = "",
        line: Callable[[str], str] | None = None,
        certain: bool = False,
    ) -> None:
        self.checked = 0
        self.replaced = 0
        self.failures: list[Failure] = []
        self._question = question
        self._line = line
        self._certain = certain
        self._evidence = Evidence(question.sources, f"{question.property_name} {question.text}")
        self._judge = Judge(self._evidence, question)
        self._leaks = LeakDetector(secret, API_INSTRUCTION)
        self._credited: list[int] = []
        self._unknown = False
        self._said: set[int] = set()
        self._read: set[str] = set()
        self._written = ""

    @property
    def said_unknown(self) -> bool:
        """Whether the model said that it does not know, and nothing that rests on a source."""
        return self._unknown and not self._credited

    @property
    def used(self) -> list[int]:
        """Indexes into the question's sources that the answer rests on, in order.

        Of an answer, empty only where `said_unknown` is true.
        """
        if self._credited or self._unknown or not self._written:
            return self._credited
        return list(range(len(self._question.sources)))  # which of them, nobody can tell

    async def follow(self, stream: Stream) -> AsyncGenerator[str, None]:
        """Whole sentences of the model, each as soon as it has ended; at least one."""
        async with aclosing(_sentences(stream)) as sentences:
            async for sentence in sentences:
                if said := self._checked(sentence):
                    yield said
                if self.checked >= MOST_SENTENCES:
                    break
        if not self._written and (said := self._spaced(self._something())):
            yield said

    def _checked(self, raw: str) -> str:
        """The sentence as the guest may read it, with the space before it."""
        if not raw.strip():
            return ""
        text, cited = split_citations(visible(raw))
        dressed = has_markup(text)
        text = plain(text)
        if not any(character.isalnum() for character in text):
            return ""
        self.checked += 1
        failure = self._failure(raw, text, dressed)
        if failure is None:
            self._note(text, cited)
            return self._spaced(text)
        self.failures.append(failure)
        self.replaced += 1
        return self._spaced(self._source_words(text, cited, failure))

    def _failure(self, raw: str, text: str, dressed: bool) -> Failure | None:
        if self._leaks.leaks(raw):
            return "leak"
        if text in self._read:
            return "repetition"
        self._read.add(text)
        if dressed or self._has_endless_word(text):
            return "markup"
        if self._certain and says_unknown(text, self._question.language):
            return "denial"
        return self._judge.failure(text)

    def _has_endless_word(self, text: str) -> bool:
        if len(text) <= LONGEST_WORD:
            return False
        return (
            any(
                len(word) > LONGEST_WORD and word.lower() not in self._evidence.vocabulary
                for word in words(text)
            )
            and self._question.language not in _UNSPACED
        )

    def _note(self, text: str, cited: list[int]) -> None:
        """Remember which sources a sentence rests on."""
        if says_unknown(text, self._question.language):
            self._unknown = True
            return
        about = stems(text)
        best = self._evidence.best(about)
        if best is not None:
            self._said.add(best)
        real = [at for at in cited if self._may_be_cited(at, about)]
        self._credit(real or self._backing(text) or self._sources_of(best))

    def _backing(self, text: str) -> list[int]:
        """In another language only the figures are the same."""
        if self._evidence.comparable(self._question.language):
            return []
        return self._evidence.backing(figures(text, self._question.language))

    def _sources_of(self, fact: int | None) -> list[int]:
        return [] if fact is None else [self._evidence.source_of[fact]]

    def _may_be_cited(self, source: int, about: frozenset[str]) -> bool:
        """Whether there is such a source, and it has to do with `about` as far as we can tell."""
        if not 0 <= source < len(self._question.sources):
            return False
        comparable = self._evidence.comparable(self._question.language)
        return not comparable or not about.isdisjoint(self._evidence.stems_of[source])

    def _credit(self, sources: list[int]) -> None:
        self._credited.extend(at for at in dict.fromkeys(sources) if at not in self._credited)

    def _source_words(self, text: str, cited: list[int], failure: Failure) -> str:
        """The fact nearest to `text` that was not said yet; "" if none is near."""
        about = stems(text)
        if near := self._fact(self._evidence.scores(about), max(0.5, len(about) * NEAR)):
            return near
        if failure in UNTRUE and not self._evidence.comparable(self._question.language):
            # Words in another language are near to nothing: what is cited or ranks first is meant.
            wanted = set(cited) or set(range(len(self._question.sources)))
            return self._fact([float(at in wanted) for at in self._evidence.source_of], 1.0)
        return ""

    def _something(self) -> str:
        """What is nearest to the question, for a model of whose words none could be let out."""
        return self._fact(self._evidence.scores(stems(self._question.text)), 0.0)

    def _fact(self, scores: list[float], enough: float) -> str:
        left = [at for at, score in enumerate(scores) if score >= enough and at not in self._said]
        if not left:
            return ""
        best = max(left, key=lambda at: (scores[at], -at))
        self._said.add(best)
        self._credit(self._sources_of(best))
        return self._introduced(best) + self._evidence.facts[best].text

    def _introduced(self, fact: int) -> str:
        language = self._question.sources[self._evidence.source_of[fact]].language
        if self._line is None or language == self._question.language:
            return ""
        line, self._line = self._line(language), None
        return f"{line}\n"

    def _spaced(self, text: str) -> str:
        if not text:
            return ""
        spaced = self._question.language not in _UNSPACED and bool(self._written)
        self._written = text
        return f" {text}" if spaced else text


async def _sentences(stream: Stream) -> AsyncGenerator[str, None]:
    """Each as soon as it has ended; the last one only if it is whole."""
    splitter = Splitter()
    async for piece in stream:
        for sentence in splitter.feed(piece):
            yield sentence
    rest = splitter.rest()
    # Half a sentence may say the opposite: "Dogs are welcome" of "welcome only in the bar".
    if stream.completion.finish == "stop" or ends_whole(rest):
        yield rest
