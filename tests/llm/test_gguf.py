import subprocess
import sys
from pathlib import Path

import pytest

from llm.backends import gguf
from llm.backends.gguf import prepared_model
from llm.base import ModelError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copied_model(model_path: Path, tmp_path: Path) -> Path:
    """The prepared model in a folder of its own, to be damaged."""
    for file in (model_path, model_path.with_suffix(".json")):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path / model_path.name


def test_an_intact_model_is_left_alone(copied_model: Path) -> None:
    before = copied_model.stat()
    assert prepared_model(copied_model.parent) == copied_model
    assert copied_model.stat().st_ino == before.st_ino


def test_a_truncated_model_is_made_again(copied_model: Path) -> None:
    whole = copied_model.read_bytes()
    copied_model.write_bytes(whole[: len(whole) // 2])
    prepared_model(copied_model.parent)
    assert copied_model.read_bytes() == whole


def test_a_damaged_model_of_the_right_size_is_made_again(copied_model: Path) -> None:
    whole = copied_model.read_bytes()
    copied_model.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    prepared_model(copied_model.parent)
    assert copied_model.read_bytes() == whole


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"size": 1, "sha256": ""}'])
def test_an_unreadable_manifest_is_made_again(copied_model: Path, manifest: str) -> None:
    right = copied_model.with_suffix(".json").read_text()
    copied_model.with_suffix(".json").write_text(manifest)
    prepared_model(copied_model.parent)
    assert copied_model.with_suffix(".json").read_text() == right


def test_processes_that_start_together_end_with_one_model(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from llm.backends.gguf import prepared_model;"
        "prepared_model(Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "models")]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert said == [b"", b"", b""]
    names = {path.name for path in (tmp_path / "models").iterdir()}
    assert names == {f"{gguf.MODEL_NAME}.{suffix}" for suffix in ("gguf", "json", "lock")}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="file/models") as caught:
        prepared_model(tmp_path / "file" / "models")
    assert caught.value.permanent


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gguf, "PACKAGE", "package_that_nobody_wrote")
    with pytest.raises(ModelError, match="package_that_nobody_wrote") as caught:
        prepared_model(tmp_path)
    assert caught.value.permanent
