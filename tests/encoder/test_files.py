"""Files that are not what they should be are refused by name, with what to do."""

import json
import shutil
from pathlib import Path

import pytest

from encoder import Encoder, EncoderError
from encoder.encoder import LAYERS, TAUGHT
from encoder.files import MANIFEST, sha256


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return shutil.copytree(TAUGHT, tmp_path / "taught")


def test_the_model_id_names_the_layers_that_are_there() -> None:
    manifest = json.loads((TAUGHT / MANIFEST).read_text(encoding="utf-8"))
    assert Encoder().model_id == f"{manifest['model']}@{sha256(TAUGHT / LAYERS)[:12]}"


@pytest.mark.parametrize("name", [LAYERS, MANIFEST])
def test_a_missing_file_is_refused_by_name(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(EncoderError, match=rf"{name} .*teach_encoder"):
        Encoder(copied).question("Is there a pool?")


def test_damaged_layers_are_refused_by_name(copied: Path) -> None:
    with (copied / LAYERS).open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    with pytest.raises(EncoderError, match=rf"{LAYERS} is damaged.*teach_encoder"):
        Encoder(copied).question("Is there a pool?")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"files": {}}', '{"model": "another"}'])
def test_a_manifest_of_another_make_is_refused_by_name(copied: Path, text: str) -> None:
    (copied / MANIFEST).write_text(text, encoding="utf-8")
    for use in (lambda: Encoder(copied).model_id, lambda: Encoder(copied).texts(["Yes."])):
        with pytest.raises(EncoderError, match=rf"{MANIFEST} cannot be read.*teach_encoder"):
            use()


def test_layers_of_another_version_are_refused_by_name(copied: Path) -> None:
    (copied / LAYERS).write_bytes(b"no network at all")
    manifest = json.loads((copied / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][LAYERS] = sha256(copied / LAYERS)
    (copied / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(EncoderError, match=rf"ONNX Runtime cannot load .*{LAYERS}"):
        Encoder(copied).question("Is there a pool?")
