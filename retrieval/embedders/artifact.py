"""The committed MiniLM files: where they are, and whether they are what the manifest says."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from retrieval.embedders.base import EmbedderError

DIRECTORY = Path(__file__).resolve().parent / "minilm"
MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
MANIFEST = "manifest.json"
REBUILD = "Restore it from the repository, or run `manage.py build_embedder` (extra: train)."


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Artifact:
    """A folder that `manage.py build_embedder` wrote."""

    directory: Path = DIRECTORY

    @cached_property
    def manifest(self) -> dict[str, Any]:
        path = self.directory / MANIFEST
        try:
            manifest: dict[str, Any] = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise EmbedderError(f"{path} cannot be read: {error}. {REBUILD}") from error
        return manifest

    @property
    def model_id(self) -> str:
        return f"{self.manifest['model']}@{self.manifest['files'][MODEL][:12]}"

    def verified(self, name: str) -> Path:
        """The path of one file, after comparing its SHA-256 with the manifest."""
        path = self.directory / name
        if not path.is_file():
            raise EmbedderError(f"{path} is missing. {REBUILD}")
        if sha256(path) != self.manifest["files"][name]:
            raise EmbedderError(f"{path} is damaged: its SHA-256 isn't the manifest's. {REBUILD}")
        return path
