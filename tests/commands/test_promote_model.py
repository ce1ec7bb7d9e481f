from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from llm.backends import releases
from tests.llm.adapters import SCORES, use_tiny_base, write_release


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Path:
    """Where a shipped model is live."""
    use_tiny_base(tmp_path, monkeypatch)
    monkeypatch.setattr(releases, "SHIPPED", write_release(tmp_path / "llm" / "shipped", seed=7))
    models = tmp_path / "models"
    local = settings.LLM_BACKENDS["local"] | {"MODELS_DIR": models}
    settings.LLM_BACKENDS = settings.LLM_BACKENDS | {"local": local}
    return models


def run(*args: Any) -> str:
    out = StringIO()
    call_command("promote_model", *map(str, args), stdout=out)
    return out.getvalue()


def scored(folder: Path, **changed: Any) -> Path:
    return write_release(folder, seed=1, scores=SCORES | changed)


def test_a_damaged_copy_is_repaired_by_promoting_the_folder_again(
    models: Path, tmp_path: Path
) -> None:
    folder = scored(tmp_path / "out" / "mine")
    (folder / "README.md").unlink(missing_ok=True)
    run(folder)
    copy = models / "releases" / "mine" / "adapter.gguf"
    copy.write_bytes(copy.read_bytes()[:100])
    assert releases.first_good(models)[0].name == "shipped"
    assert "mine is live" in run(folder)
    assert releases.first_good(models)[0].name == "mine"


def test_a_folder_goes_live_and_back_again(models: Path, tmp_path: Path) -> None:
    said = run(scored(tmp_path / "out" / "mine", rouge_l=0.5))
    assert "mine is live" in said
    assert "--rollback" in said
    assert releases.live(models).name == "mine"
    assert "shipped is live again" in run("--rollback")
    assert "mine is live" in run("mine")


def test_the_list_tells_scores_and_which_is_live(models: Path) -> None:
    write_release(models / "releases" / "unmeasured", scores=None)
    header, *lines = run("--list").splitlines()
    assert "refusal of the unanswerable" in header
    assert [line.split()[:2] for line in lines] == [["live", "shipped"], ["unmeasured", "-"]]
    assert "95.0%" in lines[0]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"unsupported": 0.03}, "unsupported answers 3.0% instead of 2.0%"),
        ({"wrong_polarity": 0.02}, "wrong polarity 2.0% instead of 0.4%"),
        ({"refusals": 0.9}, "refusal of the unanswerable 90.0% instead of 95.0%"),
        ({"false_refusals": 0.05}, "false refusals 5.0% instead of 2.0%"),
        ({"rouge_l": 0.3}, "ROUGE-L to people 30.0% instead of 40.0%"),
        ({"test": "another"}, "measured on another test"),
    ],
)
def test_a_worse_model_goes_live_only_by_force(
    models: Path, tmp_path: Path, changed: dict[str, Any], reason: str
) -> None:
    folder = scored(tmp_path / "out" / "mine", **changed)
    with pytest.raises(CommandError, match=reason):
        run(folder)
    assert releases.live(models).name == "shipped"
    run(folder, "--force")
    assert releases.live(models).name == "mine"


def test_a_model_without_scores_goes_live_only_by_force(models: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="has no scores"):
        run(write_release(tmp_path / "out" / "mine", scores=None))


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("arguments", [["nobody"], ["--rollback"], ["shipped"], []])
def test_what_cannot_be_done_is_refused_in_one_line(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        run(*arguments)


@pytest.mark.usefixtures("models")
def test_a_folder_without_a_release_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"manifest\.json: No such file"):
        run(tmp_path)
