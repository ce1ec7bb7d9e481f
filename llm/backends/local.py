"""The distilled model on this machine's processor, by llama.cpp."""

import os
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING

from llm.backends.job import Job
from llm.backends.owner import Owned, Owner
from llm.base import Backend, Meter, ModelError, Question

if TYPE_CHECKING:
    from llm.backends.engine import Engine
    from llm.backends.reloading import ReloadingEngine

# A smaller prompt budget would hardly hold the question and one source.
_SMALLEST_PROMPT = 512
# How promptly an answer can be abandoned: so many tokens are computed in some 80 ms on two cores.
BATCH_TOKENS = 128
# Prompt and answer are some 160 tokens, seldom 300: eight of them, and what the last ones read.
# 23 KB each.
_CELLS_PER_ANSWER = 256
_MOST_THREADS = 4


def default_threads() -> int:
    return min(_MOST_THREADS, os.cpu_count() or 1)


class LocalBackend(Backend):
    """`parallel` answers at once; `queue_size` others wait, none for more than `max_wait` seconds.

    `models_dir` is where the models are kept and where it is said which one is live; `threads`
    compute, but for a lone token.
    """

    languages = frozenset({"en"})

    def __init__(
        self,
        name: str,
        *,
        models_dir: Path | str,
        context_tokens: int = 1024,
        max_answer_tokens: int = 96,
        threads: int | None = None,
        parallel: int = 8,
        queue_size: int = 16,
        max_wait: float = 3.0,
    ) -> None:
        super().__init__(name)
        if context_tokens - max_answer_tokens < _SMALLEST_PROMPT or max_answer_tokens < 1:
            raise ValueError(
                f"CONTEXT_TOKENS must exceed MAX_ANSWER_TOKENS by {_SMALLEST_PROMPT} or more"
            )
        if queue_size < 1 or max_wait <= 0 or (threads is not None and threads < 1):
            raise ValueError("QUEUE_SIZE and THREADS must be at least 1, MAX_WAIT more than 0")
        if not 1 <= parallel <= BATCH_TOKENS:
            raise ValueError(f"PARALLEL must be from 1 to {BATCH_TOKENS}")
        self.max_answer_tokens = max_answer_tokens
        self._models_dir = Path(models_dir)
        self._context_tokens = context_tokens
        self._threads = threads or default_threads()
        self._parallel = parallel
        self._engine: ReloadingEngine | None = None
        self._trouble = ""
        self._owner = Owner(
            name, self._load, parallel=parallel, queue_size=queue_size, max_wait=max_wait
        )

    @property
    def model_id(self) -> str:
        """Of the model that answers now, or would if it were loaded; "unknown" if none can."""
        if self._engine is not None:
            return self._engine.model_id
        from llm.backends import releases

        try:
            return releases.live(self._models_dir).model_id
        except ModelError:  # Who asks it is told, and the log when it warms up.
            return "unknown"

    @property
    def trouble(self) -> str:
        """Of its own last try to load; before the first, of the last that any process made."""
        if self._trouble or self._engine is not None:
            return self._trouble
        from llm.backends import releases, selftest

        try:
            release = releases.live(self._models_dir)
        except ModelError as error:
            return str(error)
        return selftest.known_trouble(releases.prepared_file(release, self._models_dir))

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
        self._engine = None

    def _load(self) -> Owned:
        # Imported here so that `manage.py check` can build a backend without loading llama.cpp.
        from llm.backends.reloading import ReloadingEngine

        try:
            self._engine = ReloadingEngine(self._models_dir, self._new_engine)
        except ModelError as error:
            self._trouble = str(error)
            raise
        self._trouble = ""
        return self._engine

    def _new_engine(self, path: Path) -> "Engine":
        from llm.backends.engine import Engine, Limits
        from llm.backends.llamacpp import LlamaCpp

        limits = Limits(
            parallel=self._parallel,
            context_tokens=self._context_tokens,
            answer_tokens=self.max_answer_tokens,
            # One answer may be as long as it is allowed to, whatever the others do.
            cells=self._context_tokens + self._parallel * _CELLS_PER_ANSWER,
            batch_tokens=BATCH_TOKENS,
        )
        try:
            llama = LlamaCpp(
                path, limits.cells, limits.batch_tokens, self._threads, self._parallel + 1
            )
        except ValueError as error:
            raise ModelError(str(error), permanent=True) from error
        return Engine(llama, limits)
