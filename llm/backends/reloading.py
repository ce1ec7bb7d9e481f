"""An engine that takes up a new model while the old one finishes its answers."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from llm.backends import releases
from llm.backends.engine import Engine
from llm.backends.job import Job
from llm.backends.releases import Release
from llm.base import ModelError

logger = logging.getLogger(__name__)

Load = Callable[[Path], Engine]
"""Makes an engine of a prepared model file. A permanent `ModelError` says why it cannot."""


class ReloadingEngine:
    """Serves the live release of `models_dir`, or the last good one where that is bad.

    A release promoted meanwhile is prepared and loaded in a thread of its own; only then do new
    answers go to it. The old model is freed after its last answer, so that for a moment there are
    two in memory. A bad one is said to be so in the log, once, and nothing changes.
    """

    def __init__(self, models_dir: Path, load: Load) -> None:
        self._models_dir = models_dir
        self._load = load
        self._seen = releases.live(models_dir)
        release, path = releases.first_good(models_dir)
        self.model_id = release.model_id
        self._engine = load(path)
        self._retired: list[Engine] = []
        self._next: Future[Engine] | None = None

    def refresh(self) -> None:
        """The cost of a stat, mostly (see `releases.live`)."""
        if self._next is not None:
            if self._next.done():
                self._swap(self._next)
                self._next = None
            return
        try:
            release = releases.live(self._models_dir)
        except ModelError:  # of which the log knows
            return
        if release != self._seen:
            self._seen = release
            if release.model_id != self.model_id:
                self._next = self._loading(release)

    def begin(self, job: Job) -> None:
        self._engine.begin(job)

    def step(self) -> None:
        for engine in [*self._retired, self._engine]:
            engine.step()
        for engine in [each for each in self._retired if not each.busy]:
            self._retired.remove(engine)
            engine.close()

    def close(self) -> None:
        if self._next is not None and self._next.exception() is None:  # waits for it
            self._next.result().close()
        for engine in [*self._retired, self._engine]:
            engine.close()

    def _loading(self, release: Release) -> Future[Engine]:
        loaded: Future[Engine] = Future()

        def load() -> None:
            try:
                loaded.set_result(self._load(releases.prepared(release, self._models_dir)))
            except Exception as error:
                loaded.set_exception(error)

        threading.Thread(target=load, name=f"loading {release.name}", daemon=True).start()
        return loaded

    def _swap(self, loaded: Future[Engine]) -> None:
        error = loaded.exception()
        if error is not None:
            reason = str(error) if isinstance(error, ModelError) else type(error).__name__
            logger.error("The model %s is not taken up: %s", self._seen.name, reason)
            return
        self._retired.append(self._engine)
        self._engine = loaded.result()
        self.model_id = self._seen.model_id
        logger.info("The model is now %s", self.model_id)
