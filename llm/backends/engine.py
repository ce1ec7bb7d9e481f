"""Continuous batching: every answer in flight goes a step further with each computation.

One token of each answer that is being written and the next part of the prompts that are being
read, together in one batch: what it costs to walk through the weights is shared, and nobody who
writes waits for somebody's prompt. docs/engine.md has the measurements.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from llm.backends.first_line import FirstLine
from llm.backends.job import Job
from llm.backends.llamacpp import Feed, LlamaCpp
from llm.backends.sequences import Sequences, Slot
from llm.base import Finish
from llm.local_prompt import chat_prompt, static_prefix


@dataclass(frozen=True, slots=True)
class Limits:
    """`parallel` answers at once, each of at most `answer_tokens` and with the prompt of at most
    `context_tokens`; `cells` tokens in memory for all; `batch_tokens` in one computation, which is
    how long a new guest, or one who leaves, goes unnoticed."""

    parallel: int
    context_tokens: int
    answer_tokens: int
    cells: int
    batch_tokens: int


@dataclass(slots=True, eq=False)
class _Answer:
    """`unread` tokens are still to be computed: of the prompt, or the one written last."""

    job: Job
    slot: Slot
    unread: list[int]
    line: FirstLine = field(default_factory=FirstLine)


class Engine:
    """The answers in flight on one model. Made, used and closed in one thread."""

    def __init__(self, llama: LlamaCpp, limits: Limits) -> None:
        self._llama = llama
        self._limits = limits
        self._prefix = static_prefix(llama.tokenize)
        self._sequences = Sequences(llama, limits.parallel, limits.cells, self._prefix)
        # In the order in which they came; those held back are waiting for room in the memory.
        self._answers: list[_Answer] = []
        self._held: deque[tuple[Job, list[int]]] = deque()

    @property
    def busy(self) -> bool:
        return bool(self._answers or self._held)

    def refresh(self) -> None:
        """Nothing to do: by itself it keeps its model (`ReloadingEngine` does not)."""

    def begin(self, job: Job) -> None:
        """Takes `job` up. A permanent `ModelError` says that its prompt does not fit."""
        room = self._limits.context_tokens - self._limits.answer_tokens
        prompt = chat_prompt(job.question, self._prefix, self._llama.tokenize, room)
        job.meter.prompt_tokens = len(prompt.tokens)
        job.meter.sources_used = prompt.sources_shown
        job.meter.cut = prompt.cut
        self._held.append((job, prompt.tokens))

    def step(self) -> None:
        """Computes one batch and hands out what came of it; does nothing without an answer."""
        for answer in [each for each in self._answers if each.job.cancelled]:
            self._drop(answer)
        self._admit()
        fed = list(self._batch())
        results = self._compute([feed for _, feed in fed])
        for (answer, feed), result in zip(fed, results, strict=True):
            if isinstance(result, Exception):
                answer.job.fail(result)
                self._drop(answer)
            else:
                self._take(answer, feed, result)

    def close(self) -> None:
        self._llama.close()

    def _admit(self) -> None:
        """In turn, or else a long prompt would wait for ever behind short ones."""
        while self._held:
            job, prompt = self._held[0]
            if not job.cancelled:
                slot = self._sequences.take(prompt, len(prompt) + self._limits.answer_tokens)
                if slot is None:
                    return
                self._answers.append(_Answer(job, slot, prompt[len(slot.tokens) :]))
            self._held.popleft()

    def _batch(self) -> Iterator[tuple[_Answer, Feed]]:
        """Who writes comes first; prompts are read one after the other.

        Reading them side by side would bring everybody's first word as late as the last one's.
        """
        room = self._limits.batch_tokens
        for answer in sorted(self._answers, key=lambda each: len(each.unread) > 1):
            if not room:
                return
            tokens = answer.unread[:room]
            room -= len(tokens)
            whole = len(tokens) == len(answer.unread)
            position = len(answer.slot.tokens)
            yield answer, Feed(answer.slot.sequence, position, tokens, int(whole))

    def _compute(self, feeds: Sequence[Feed]) -> Sequence[list[int] | Exception]:
        """If llama.cpp fails, each on its own, so that only the guilty one gets the error."""
        if not feeds:
            return []
        try:
            return self._llama.compute(feeds)
        except RuntimeError as error:
            if len(feeds) == 1:
                return [error]
            return [result for feed in feeds for result in self._compute([feed])]

    def _take(self, answer: _Answer, feed: Feed, likeliest: Sequence[int]) -> None:
        answer.slot.tokens.extend(feed.tokens)
        del answer.unread[: len(feed.tokens)]
        for token in likeliest:
            self._write(answer, token)

    def _write(self, answer: _Answer, token: int) -> None:
        if self._llama.ends_turn(token):
            self._finish(answer, "stop")
            return
        meter = answer.job.meter
        meter.completion_tokens += 1
        if text := answer.line.take(self._llama.piece(token)):
            answer.job.put(text)
        if answer.line.ended:
            self._finish(answer, "stop")
        elif meter.completion_tokens == self._limits.answer_tokens:
            self._finish(answer, "length")
        else:
            answer.unread = [token]

    def _finish(self, answer: _Answer, finish: Finish) -> None:
        answer.job.meter.finish = finish
        answer.job.put(None)
        self._drop(answer)

    def _drop(self, answer: _Answer) -> None:
        self._answers.remove(answer)
        self._sequences.give_back(answer.slot)
