"""Promises about the house itself: its layers, its hot path, its documentation."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

HOT_PATH = """
import sys
import concierge.asgi, concierge.celery
from django.conf import settings
from concierge.chat.warmup import _warm_up
from retrieval.embedders import get_embedder
import retrieval.tasks
get_embedder().embed_query("Good morning")
_warm_up()
cold = {"torch", "transformers", "sentence_transformers", "training"} & set(sys.modules)
sys.exit(f"imported: {sorted(cold)}" if cold else 0)
"""


def test_imports_point_down_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_web_and_worker_import_nothing_that_teaches() -> None:
    run = subprocess.run([sys.executable, "-c", HOT_PATH], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_no_migration_is_missing(transactional_db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_environment_variable_is_documented() -> None:
    settings = (ROOT / "concierge/settings.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    documented = (ROOT / "docs/settings.md").read_text()
    assert names
    assert not {name for name in names if f"`{name}`" not in documented}


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    names = {re.split(r"[\[<>=]", each)[0] for each in [*project["dependencies"], *extras]}
    documented = (ROOT / "docs/dependencies.md").read_text()
    assert not {name for name in names if f"`{name}`" not in documented}


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PORT", "eighty"), ("LLM_BACKEND", "oracle"), ("DEBUG", "perhaps"), ("PUBLIC_URL", "here")],
)
def test_a_bad_setting_is_named_and_stops_the_process(variable: str, value: str) -> None:
    import os

    run = subprocess.run(
        [sys.executable, "-c", "import concierge.settings"],
        cwd=ROOT,
        env={**os.environ, variable: value},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert variable in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
