import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from llm.backends.dummy import DummyBackend
from llm.checks import check_backends
from llm.registry import close_backends, get_backend

DUMMY = "llm.backends.dummy.DummyBackend"
LOCAL = "llm.backends.local.LocalBackend"
OPENAI = "llm.backends.openai.OpenAIBackend"


@pytest.fixture(autouse=True)
def _fresh_registry() -> Iterator[None]:
    close_backends()
    yield
    close_backends()


def test_options_reach_the_backend(settings: Settings) -> None:
    settings.LLM_BACKENDS = {"slow": {"CLASS": DUMMY, "DELAY": 0.5}}
    backend = get_backend("slow")
    assert isinstance(backend, DummyBackend)
    assert backend.name == "slow"
    assert backend.delay == 0.5


def test_all_threads_get_the_same_backend(settings: Settings) -> None:
    settings.LLM_BACKENDS = {"dummy": {"CLASS": DUMMY}}
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(get_backend, ["dummy"] * 64))) == 1


def test_changed_settings_build_another_backend(settings: Settings) -> None:
    settings.LLM_BACKENDS = {"dummy": {"CLASS": DUMMY}}
    before = get_backend("dummy")
    settings.LLM_BACKENDS = {"dummy": {"CLASS": DUMMY, "DELAY": 1.0}}
    assert get_backend("dummy") is not before


def test_an_unknown_name_is_answered_with_the_known_ones(settings: Settings) -> None:
    settings.LLM_BACKENDS = {"dummy": {"CLASS": DUMMY}}
    with pytest.raises(ValueError, match=r"oracle.*dummy"):
        get_backend("oracle")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("dummy", "CLASS"),
        ({}, "CLASS"),
        ({"CLASS": "DummyBackend"}, "DummyBackend"),
        ({"CLASS": "llm.backends.nowhere.Backend"}, "llm.backends.nowhere"),
        ({"CLASS": "llm.base.Question"}, "not an llm.base.Backend"),
        ({"CLASS": DUMMY, "SPEED": 1}, "SPEED (options: DELAY)"),
        ({"CLASS": DUMMY, "DELAY": -1}, "DELAY"),
        ({"CLASS": LOCAL}, "MODELS_DIR"),
        ({"CLASS": LOCAL, "MODELS_DIR": "m", "CONTEXT_TOKENS": 64}, "CONTEXT_TOKENS"),
        ({"CLASS": LOCAL, "MODELS_DIR": "m", "QUEUE_SIZE": 0}, "QUEUE_SIZE"),
        ({"CLASS": OPENAI, "MODEL": "m"}, "BASE_URL"),
        ({"CLASS": OPENAI, "MODEL": "m", "BASE_URL": "example.org"}, "BASE_URL"),
        ({"CLASS": OPENAI, "MODEL": "", "BASE_URL": "http://localhost/v1"}, "MODEL"),
    ],
)
def test_the_check_names_what_is_wrong(settings: Settings, entry: Any, said: str) -> None:
    settings.LLM_BACKENDS = {"mine": entry}
    (error,) = check_backends()
    assert error.id == "llm.E002"
    assert "LLM_BACKENDS['mine']" in error.msg
    assert said in error.msg


def test_the_check_wants_a_dictionary(settings: Settings) -> None:
    settings.LLM_BACKENDS = ["dummy"]
    (error,) = check_backends()
    assert error.id == "llm.E001"


def test_the_check_is_content_with_working_settings(settings: Settings, tmp_path: Path) -> None:
    settings.LLM_BACKENDS = {
        "dummy": {"CLASS": DUMMY},
        "local": {"CLASS": LOCAL, "MODELS_DIR": tmp_path / "models"},
        "openai": {"CLASS": OPENAI, "BASE_URL": "http://localhost/v1", "MODEL": "m"},
    }
    assert check_backends() == []
    assert not (tmp_path / "models").exists()


def test_checking_the_local_backend_does_not_load_llama_cpp() -> None:
    script = (
        "import sys; from llm.registry import build_backend;"
        f"build_backend('local', {{'CLASS': {LOCAL!r}, 'MODELS_DIR': 'models'}});"
        "sys.exit('llama_cpp' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", script], cwd=root).returncode == 0
