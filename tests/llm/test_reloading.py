"""Which engine serves while models come and go; the models are tiny and never computed with."""

import json
import threading
from pathlib import Path
from typing import cast

import pytest

from llm.backends import releases
from llm.backends.engine import Engine
from llm.backends.job import Job
from llm.backends.releases import promote, read_release
from llm.backends.reloading import ReloadingEngine
from llm.base import Meter, ModelError
from tests.llm.adapters import use_tiny_base, write_release
from tests.llm.questions import BREAKFAST


class Loaded:
    """Stands for an engine on one model file, and answers when it is told to."""

    def __init__(self, path: Path) -> None:
        if "unloadable" in path.name:
            raise ModelError(f"llama.cpp cannot load {path}", permanent=True)
        self.path = path
        self.jobs: list[Job] = []
        self.closed = False

    @property
    def busy(self) -> bool:
        return bool(self.jobs)

    def begin(self, job: Job) -> None:
        self.jobs.append(job)

    def step(self) -> None:
        assert not self.closed

    def close(self) -> None:
        self.closed = True


class Loader:
    """Makes `Loaded` engines and remembers them."""

    def __init__(self) -> None:
        self.made: list[Loaded] = []

    def __call__(self, path: Path) -> Engine:
        self.made.append(Loaded(path))
        return cast(Engine, self.made[-1])


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_tiny_base(tmp_path, monkeypatch)
    monkeypatch.setattr(releases, "SHIPPED", write_release(tmp_path / "llm" / "shipped", seed=7))
    return tmp_path / "models"


@pytest.fixture
def load() -> Loader:
    return Loader()


def make_live(models: Path, name: str) -> None:
    promote(read_release(write_release(models / "releases" / name)), models)


def refresh(engine: ReloadingEngine) -> None:
    """Until what was promoted is loaded, or refused."""
    engine.refresh()
    for thread in threading.enumerate():
        if thread.name.startswith("loading"):
            thread.join()
    engine.refresh()


async def begin(engine: ReloadingEngine) -> Job:
    job = Job(BREAKFAST, Meter())
    engine.begin(job)
    return job


async def test_answers_in_flight_end_on_the_model_they_began_with(
    models: Path, load: Loader
) -> None:
    engine = ReloadingEngine(models, load)
    before = await begin(engine)
    make_live(models, "better")
    refresh(engine)
    after = await begin(engine)
    old, new = load.made
    assert (old.jobs, new.jobs) == ([before], [after])
    assert engine.model_id.startswith("better")
    engine.step()
    assert not old.closed
    old.jobs.clear()
    engine.step()
    assert old.closed
    assert not new.closed


async def test_until_a_new_model_is_loaded_the_old_one_serves(models: Path, load: Loader) -> None:
    engine = ReloadingEngine(models, load)
    make_live(models, "better")
    engine.refresh()
    await begin(engine)
    assert engine.model_id.startswith("shipped")
    assert load.made[0].busy


async def test_a_model_that_stays_is_loaded_once(models: Path, load: Loader) -> None:
    engine = ReloadingEngine(models, load)
    refresh(engine)
    assert len(load.made) == 1


async def test_a_bad_model_is_refused_once_and_the_last_good_one_serves(
    models: Path, load: Loader, caplog: pytest.LogCaptureFixture
) -> None:
    engine = ReloadingEngine(models, load)
    bad = write_release(models / "releases" / "bad") / "adapter.gguf"
    bad.write_bytes(bad.read_bytes()[:-100])
    (models / "live.json").write_text(json.dumps({"name": "bad", "previous": ["shipped"]}))
    for _ in range(3):
        refresh(engine)
    assert engine.model_id.startswith("shipped")
    assert caplog.text.count(f"The model bad is not taken up: {bad}") == 1
    make_live(models, "good")
    refresh(engine)
    assert engine.model_id.startswith("good")


async def test_a_model_that_llama_cpp_cannot_load_is_refused(
    models: Path, load: Loader, caplog: pytest.LogCaptureFixture
) -> None:
    engine = ReloadingEngine(models, load)
    make_live(models, "unloadable")
    refresh(engine)
    assert engine.model_id.startswith("shipped")
    assert "llama.cpp cannot load" in caplog.text


async def test_closing_frees_every_model(models: Path, load: Loader) -> None:
    engine = ReloadingEngine(models, load)
    await begin(engine)
    make_live(models, "better")
    refresh(engine)
    make_live(models, "best")
    engine.refresh()
    engine.close()
    assert [each.closed for each in load.made] == [True] * 3
