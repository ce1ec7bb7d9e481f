"""Committed model files: where they are, and whether they are what their manifest says."""

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


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Artifact:
    """A folder that the management command `built_by` wrote."""

    directory: Path = DIRECTORY
    built_by: str = "build_embedder"

    @property
    def remedy(self) -> str:
        return f"Restore it from the repository, or run `manage.py {self.built_by}` (extra: train)."

    @cached_property
    def manifest(self) -> dict[str, Any]:
        path = self.directory / MANIFEST
        try:
            manifest: dict[str, Any] = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise EmbedderError(f"{path} cannot be read: {error}. {self.remedy}") from error
        return manifest

    @property
    def model_id(self) -> str:
        return f"{self.manifest['model']}@{self.manifest['files'][MODEL][:12]}"

    def verified(self, name: str) -> Path:
        """The path of one file, after comparing its SHA-256 with the manifest."""
        path = self.directory / name
        if not path.is_file():
            raise EmbedderError(f"{path} is missing. {self.remedy}")
        if sha256(path) != self.manifest["files"][name]:
            raise EmbedderError(
                f"{path} is damaged: its SHA-256 isn't the manifest's. {self.remedy}"
            )
        return path
