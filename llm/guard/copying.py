"""A small model chooses what to say; the words stay the staff's.

SmolLM2-135M, asked to copy the sentence that answers, mostly does, and sometimes bends it:
"Breakfast is free" where the source says 19 EUR. So its words go out only as long as they follow a
sentence of the source from that sentence's beginning. At the first word that does not, the source
itself goes on: what was said so far is right, and so is the rest. No word waits for the next one,
so streaming costs nothing.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from llm.base import Stream
from llm.guard.base import Failure

SENTENCE = re.compile(r"\S.*?(?:[.!?](?=\s+[^\sa-z])|$)", re.DOTALL)
WORD = re.compile(r"\S+")


class CopyGuard:
    """Follows a model's words through the sentences of `source`, the first of the question's.

    `deviated` is true once the source had to go on in the model's place.
    """

    def __init__(self, source: str) -> None:
        self.checked = 0
        self.replaced = 0
        self.failures: list[Failure] = []
        self.used = [0]
        self.said_unknown = False
        self._unused = [WORD.findall(sentence) for sentence in SENTENCE.findall(source)]
        self._current: list[str] = []
        self._position = 0
        self._said = 0

    @property
    def deviated(self) -> bool:
        return self.replaced > 0

    async def follow(self, stream: Stream) -> AsyncGenerator[str, None]:
        """The source's words that the model chose, as they come; at least one whole sentence."""
        async for word in _words(stream):
            chosen = self._step(word)
            if chosen is None:
                self.checked += self._position == len(self._current)
                self.replaced += 1
                self.failures.append("deviation")
                break
            yield self._spaced(chosen)
        for word in self._rest():
            yield self._spaced(word)

    def _step(self, word: str) -> str | None:
        """The source's word that `word` copies, or None if it copies none."""
        if self._position == len(self._current):
            start = next((each for each in self._unused if _same(each[0], word)), None)
            if start is None:
                return None
            self._unused.remove(start)
            self._current, self._position = start, 0
            self.checked += 1
        if not _same(self._current[self._position], word):
            return None
        self._position += 1
        return self._current[self._position - 1]

    def _rest(self) -> Sequence[str]:
        """What completes the sentence begun; after a deviation, all that was not said yet."""
        rest = self._current[self._position :]
        if self.deviated or not self._said:
            rest = [*rest, *(word for sentence in self._unused for word in sentence)]
        return rest

    def _spaced(self, word: str) -> str:
        self._said += 1
        return word if self._said == 1 else f" {word}"


def _same(source: str, word: str) -> bool:
    """Equal but for case and the punctuation around: a model that stops early writes "night."."""
    return _bare(source) == _bare(word)


def _bare(word: str) -> str:
    return word.casefold().strip(".,;:!?\"'()") or word


async def _words(pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """Whole words out of pieces that end anywhere."""
    pending = ""
    async for piece in pieces:
        pending += piece
        *whole, pending = re.split(r"\s+", pending)
        for word in whole:
            if word:
                yield word
    if pending:
        yield pending
