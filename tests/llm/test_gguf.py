import json
import subprocess
import sys
from pathlib import Path

import pytest

from llm.backends import gguf
from llm.backends.gguf import packaged_model, prepare
from llm.base import ModelError
from tests.llm.adapters import use_tiny_base, write_adapter

ROOT = Path(__file__).resolve().parents[2]
NAME = "model.gguf"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prepared model, to be damaged."""
    use_tiny_base(tmp_path, monkeypatch)
    return prepare(packaged_model(), None, tmp_path / "models" / NAME)


def test_an_intact_model_is_left_alone(made: Path) -> None:
    before = made.stat()
    assert prepare(packaged_model(), None, made) == made
    assert made.stat().st_ino == before.st_ino


def test_a_truncated_model_is_made_again(made: Path) -> None:
    whole = made.read_bytes()
    made.write_bytes(whole[: len(whole) // 2])
    prepare(packaged_model(), None, made)
    assert made.read_bytes() == whole


def test_a_damaged_model_of_the_right_size_is_made_again(made: Path) -> None:
    whole = made.read_bytes()
    made.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    prepare(packaged_model(), None, made)
    assert made.read_bytes() == whole


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"size": 1, "sha256": ""}'])
def test_an_unreadable_manifest_is_made_again(made: Path, manifest: str) -> None:
    right = made.with_suffix(".json").read_text()
    made.with_suffix(".json").write_text(manifest)
    prepare(packaged_model(), None, made)
    assert made.with_suffix(".json").read_text() == right


def test_another_recipe_makes_the_model_again(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gguf, "RECIPE", {})
    prepare(packaged_model(), None, made)
    assert json.loads(made.with_suffix(".json").read_text())["recipe"] == {}
    assert made.read_bytes() == packaged_model().read_bytes()


def test_another_adapter_makes_the_model_again(made: Path, tmp_path: Path) -> None:
    before = made.read_bytes()
    prepare(packaged_model(), write_adapter(tmp_path / "adapter.gguf"), made)
    assert made.read_bytes() != before


def test_processes_that_start_together_end_with_one_model(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "together" / NAME
    script = (
        "import sys; from pathlib import Path; from llm.backends.gguf import prepare;"
        "prepare(Path(sys.argv[1]), None, Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", script, str(packaged_model()), str(target)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert said == [b"", b"", b""]
    assert target.read_bytes() == made.read_bytes()
    names = {path.name for path in target.parent.iterdir()}
    assert names == {"model.gguf", "model.json", "model.lock"}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="file/models") as caught:
        prepare(packaged_model(), None, tmp_path / "file" / "models" / NAME)
    assert caught.value.permanent


def test_a_full_disk_is_named_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gguf, "_SPARE_BYTES", 1 << 60)
    with pytest.raises(ModelError, match=f"{tmp_path}: .* MB are needed"):
        prepare(packaged_model(), None, tmp_path / NAME)
    assert not list(tmp_path.glob("*.partial"))


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gguf, "PACKAGE", "package_that_nobody_wrote")
    with pytest.raises(ModelError, match="package_that_nobody_wrote") as caught:
        packaged_model()
    assert caught.value.permanent
