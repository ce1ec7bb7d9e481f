"""A taught model's files: whether they are there, and are what their manifest says."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
REMEDY = "Restore it from the repository, or run `manage.py teach_encoder` (extra: train)."


class EncoderError(Exception):
    """The model cannot be used; the message names the file and what to do."""


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Files:
    """A folder with what was taught, `name`, and a manifest that gives its SHA-256."""

    directory: Path
    name: str

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the files were made of and with. Raises EncoderError."""
        path = self.directory / MANIFEST
        try:
            manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            str(manifest["files"][self.name])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderError(f"{path} cannot be read: {error!r}. {REMEDY}") from error
        return manifest

    def verified(self) -> Path:
        """The path of the file, after comparing its SHA-256 with the manifest's.

        Raises EncoderError.
        """
        path = self.directory / self.name
        if not path.is_file():
            raise EncoderError(f"{path} is missing. {REMEDY}")
        if sha256(path) != self.manifest["files"][self.name]:
            raise EncoderError(f"{path} is damaged or of another version. {REMEDY}")
        return path
