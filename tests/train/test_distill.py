"""From lessons to a release, all the way, with the model that is served."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

pytest.importorskip("torch", reason="needs the extra train")

from llm.backends.manifest import sha256
from llm.backends.releases import ADAPTER, find_release, prepared


@pytest.fixture
def models_dir(tmp_path: Path, settings: LazySettings) -> Path:
    local = settings.LLM_BACKENDS["local"] | {"MODELS_DIR": tmp_path}
    settings.LLM_BACKENDS = settings.LLM_BACKENDS | {"local": local}
    return tmp_path


def test_distill_smoke(models_dir: Path) -> None:
    out = StringIO()
    call_command("distill", smoke=True, stdout=out)
    release = find_release("smoke", models_dir)
    assert prepared(release, models_dir).is_file()
    assert release.scores is not None
    assert release.folder is not None
    adapter = release.folder / ADAPTER
    assert adapter.stat().st_size <= 12_000_000
    assert sha256(adapter) in (release.folder / "README.md").read_text()
    assert json.loads((release.folder / "manifest.json").read_text())["data"]["rows"] > 0
    assert "promote_model smoke" in out.getvalue()


def test_missing_data_is_named(models_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere/dstc9/grounded_answers\.jsonl: No such file"):
        call_command("distill", data=tmp_path / "nowhere")


def test_a_line_of_conversations_that_is_no_row_is_named(models_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"question": "?"}\n')
    with pytest.raises(CommandError, match=r"rows\.jsonl, line 1"):
        call_command("distill", smoke=True, conversations=file)


def test_a_name_that_another_release_has_is_refused(models_dir: Path) -> None:
    taken = models_dir / "releases" / "smoke"
    taken.mkdir(parents=True)
    (taken / "manifest.json").write_text("{}")
    with pytest.raises(CommandError, match="exists already"):
        call_command("distill", smoke=True)


def test_a_name_that_leads_elsewhere_is_refused(models_dir: Path) -> None:
    with pytest.raises(CommandError, match="must be lower-case letters"):
        call_command("distill", "--smoke", "--name", "../elsewhere")
