"""Whatever is wrong with the live model, a good one serves, and the log says what is wrong."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from llm.backends import releases
from llm.backends.releases import first_good, live, prepared, promote, roll_back
from llm.base import ModelError
from tests.llm.adapters import use_tiny_base, write_release


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_tiny_base(tmp_path, monkeypatch)
    monkeypatch.setattr(releases, "SHIPPED", tmp_path / "llm" / "shipped")
    return write_release(tmp_path / "llm" / "shipped", seed=7)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def home_made(models: Path, name: str, seed: int = 0, **changed: Any) -> releases.Release:
    return releases.read_release(write_release(models / "releases" / name, seed, **changed))


def made_live(models: Path, *names: str) -> None:
    for seed, name in enumerate(names):
        promote(home_made(models, name, seed), models)


def test_the_shipped_release_is_live_until_another_is(models: Path) -> None:
    assert live(models).name == "shipped"
    made_live(models, "first")
    assert live(models).name == "first"


def test_models_that_may_answer_differently_have_different_ids(models: Path) -> None:
    one = releases.read_release(write_release(models / "a" / "same", seed=1))
    other = releases.read_release(write_release(models / "b" / "same", seed=2))
    assert one.model_id != other.model_id
    assert prepared(one, models) != prepared(other, models)


def test_asking_for_the_live_one_reads_no_file_but_once(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = live(models)
    monkeypatch.delattr(releases, "read_manifest")
    assert live(models) is first


def test_a_promoted_release_stays_when_its_folder_goes(models: Path, tmp_path: Path) -> None:
    folder = write_release(tmp_path / "out" / "new")
    promote(releases.read_release(folder), models)
    folder.rename(folder.with_name("gone"))
    assert first_good(models)[0].name == "new"


def test_roll_back_goes_back_step_by_step_to_the_shipped_one(models: Path) -> None:
    made_live(models, "first", "second")
    assert [roll_back(models).name for _ in range(2)] == ["first", "shipped"]
    assert live(models).name == "shipped"
    with pytest.raises(ModelError, match="no earlier model"):
        roll_back(models)


def test_only_the_live_model_and_the_one_before_keep_a_prepared_file(models: Path) -> None:
    made_live(models, "first", "second", "third")
    assert {path.name.split("-")[0] for path in models.glob("*.gguf")} == {"second", "third"}


def damage_adapter(folder: Path) -> str:
    whole = (folder / "adapter.gguf").read_bytes()
    (folder / "adapter.gguf").write_bytes(whole[: len(whole) // 2])
    return r"adapter\.gguf: its SHA-256 is not the manifest's"


def lose_adapter(folder: Path) -> str:
    (folder / "adapter.gguf").unlink()
    return r"adapter\.gguf: No such file"


def lose_manifest(folder: Path) -> str:
    (folder / "manifest.json").unlink()
    return r"manifest\.json: No such file"


def spoil_manifest(folder: Path) -> str:
    (folder / "manifest.json").write_text("{")
    return r"manifest\.json: Invalid JSON"


def name_another_base(folder: Path) -> str:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["base"]["sha256"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return r"adapter\.gguf: is for another base"


def lead_elsewhere(folder: Path) -> str:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"name": "../first"}))
    return r"manifest\.json: name: .*lower-case"


DAMAGES = [
    damage_adapter,
    lose_adapter,
    lose_manifest,
    spoil_manifest,
    name_another_base,
    lead_elsewhere,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_last_good_model_serves_in_place_of_a_bad_one(
    models: Path, damage: Any, caplog: pytest.LogCaptureFixture
) -> None:
    made_live(models, "first", "second")
    problem = damage(models / "releases" / "second")
    os.utime(models / "live.json", (1, 1))  # as after a start: nothing is known of it
    assert first_good(models)[0].name == "first"
    with pytest.raises(ModelError, match=problem):
        prepared(releases.find_release("second", models), models)
    assert "second" in caplog.text


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_bad_release_does_not_go_live(models: Path, tmp_path: Path, damage: Any) -> None:
    made_live(models, "first")
    folder = write_release(tmp_path / "out" / "bad", seed=9)
    problem = damage(folder)
    with pytest.raises(ModelError, match=problem) as caught:
        promote(releases.read_release(folder), models)
    assert caught.value.permanent
    assert live(models).name == "first"
    assert not (models / "releases" / "bad").exists()


@pytest.mark.parametrize("content", ["", "[]", '{"name": "first"}', '{"name": 1, "previous": 2}'])
def test_the_shipped_model_serves_if_nobody_can_say_which_is_live(
    models: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    made_live(models, "first")
    (models / "live.json").write_text(content)
    assert first_good(models)[0].name == live(models).name == "shipped"
    assert "live.json cannot be read" in caplog.text


def test_a_bad_shipped_adapter_is_named(models: Path, shipped: Path) -> None:
    damage_adapter(shipped)
    with pytest.raises(ModelError, match=r"shipped/adapter\.gguf: its SHA-256") as caught:
        first_good(models)
    assert caught.value.permanent


def test_two_models_cannot_have_one_name(models: Path, tmp_path: Path) -> None:
    made_live(models, "first")
    for name in ("first", "shipped"):
        other = releases.read_release(write_release(tmp_path / "out" / name, seed=5))
        with pytest.raises(ModelError, match="name"):
            promote(other, models)
    assert live(models).name == "first"
