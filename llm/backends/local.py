"""SmolLM2-135M-Instruct on this machine's processor, by llama.cpp."""

import codecs
import os
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from llm.backends.owner import Job, Owner, Writer
from llm.base import Backend, Meter, ModelError, Question
from llm.prompts import chat_prompt, static_prefix

if TYPE_CHECKING:
    from llm.backends.llamacpp import LlamaCpp

# A smaller prompt budget would hardly hold the static prefix and one source.
_SMALLEST_PROMPT = 512
# How promptly an answer can be abandoned: so many tokens of a prompt are read in some 80 ms on two
# cores.
_CHUNK_TOKENS = 128
_MOST_THREADS = 4
MODEL_ID = "SmolLM2-135M-Instruct"
# Leans the model towards the words of its source. Of 0 to 3 nats, measured in
# docs/local-model.md, 2 makes the fewest errors.
_COPY_BIAS = 2.0


class LocalBackend(Backend):
    """One answer at a time, the others wait in a queue of `queue_size`.

    `models_dir` is where the requantised model is kept; `threads` read a prompt, one writes.
    """

    languages = frozenset({"en"})
    copies = True

    def __init__(
        self,
        name: str,
        *,
        models_dir: Path | str,
        context_tokens: int = 1024,
        max_answer_tokens: int = 96,
        threads: int | None = None,
        queue_size: int = 16,
    ) -> None:
        super().__init__(name)
        if context_tokens - max_answer_tokens < _SMALLEST_PROMPT or max_answer_tokens < 1:
            raise ValueError(
                f"CONTEXT_TOKENS must exceed MAX_ANSWER_TOKENS by {_SMALLEST_PROMPT} or more"
            )
        if queue_size < 1 or (threads is not None and threads < 1):
            raise ValueError("QUEUE_SIZE and THREADS must be at least 1")
        self._models_dir = Path(models_dir)
        self._context_tokens = context_tokens
        self._max_answer_tokens = max_answer_tokens
        self._threads = threads or min(_MOST_THREADS, os.cpu_count() or 1)
        self._owner = Owner(name, self._load, queue_size)

    @property
    def model_id(self) -> str:
        return MODEL_ID

    async def _pieces(self, question: Question, meter: Meter) -> AsyncGenerator[str, None]:
        job = Job(question, meter)
        self._owner.submit(job)
        try:
            while (piece := await job.piece()) is not None:
                yield piece
        finally:
            self._owner.withdraw(job)

    def warm_up(self) -> None:
        """Prepares the model's file, loads it and reads the static prefix (see `Backend`)."""
        self._owner.start().result()

    def close(self) -> None:
        self._owner.close()

    def _load(self) -> Writer:
        # Imported here so that `manage.py check` can build a backend without loading llama.cpp.
        from llm.backends.gguf import prepared_model
        from llm.backends.llamacpp import LlamaCpp

        path = prepared_model(self._models_dir)
        try:
            llama = LlamaCpp(path, self._context_tokens, _CHUNK_TOKENS, self._threads)
        except ValueError as error:
            raise ModelError(str(error), permanent=True) from error
        return _LocalWriter(llama, self._context_tokens, self._max_answer_tokens)


class _LocalWriter:
    def __init__(self, llama: "LlamaCpp", context_tokens: int, max_answer_tokens: int) -> None:
        self._llama = llama
        self._room = context_tokens - max_answer_tokens
        self._max_answer_tokens = max_answer_tokens
        self._prefix = static_prefix(llama.tokenize)
        for _ in llama.read(self._prefix):
            pass

    def answer(self, question: Question, meter: Meter) -> Iterator[str]:
        prompt = chat_prompt(question, self._prefix, self._llama.tokenize, self._room)
        meter.prompt_tokens = len(prompt.tokens)
        meter.sources_used = len(prompt.shown)
        for _ in self._llama.read(prompt.tokens):
            yield ""
        yield from self._first_line(self._words_of(prompt.shown), meter)

    def _words_of(self, sources: tuple[str, ...]) -> set[int]:
        """Tokens as they occur in the sources and at the beginning of a sentence within one."""
        texts = [text for source in sources for text in (source, f" {source}")]
        return {token for text in texts for token in self._llama.tokenize(text, False)}

    def _first_line(self, words: set[int], meter: Meter) -> Iterator[str]:
        """What the model writes until it ends its turn or the line: left alone it rambles on."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        begun = False
        for token in self._llama.write(words, _COPY_BIAS):
            meter.completion_tokens += 1
            text = decoder.decode(token)
            line, newline, _ = (text if begun else text.lstrip()).partition("\n")
            begun = begun or bool(line)
            yield line
            if newline:
                break
            if meter.completion_tokens == self._max_answer_tokens:
                meter.finish = "length"
                return
        meter.finish = "stop"

    def close(self) -> None:
        self._llama.close()
