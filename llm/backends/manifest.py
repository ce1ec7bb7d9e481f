"""What a release says about itself in its `manifest.json`."""

import hashlib
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from llm.base import ModelError

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_MOST_BYTES = 1_000_000
_TOLERANCE = 0.005
"""Half a point is chance on a test of some 2,000 rows."""


def _plain(name: str) -> str:
    """Names become file names, so they must not lead anywhere else."""
    if not _NAME.fullmatch(name):
        raise ValueError("must be lower-case letters, digits, dots, dashes and underscores")
    return name


Name = Annotated[str, AfterValidator(_plain)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Base(_Part):
    package: str
    file: str
    sha256: Sha256


class Scores(_Part):
    """Shares of the rows of a test, as `manage.py evaluate_model` measured them.

    `test` tells one test split from another: only scores of the same one can be compared.
    """

    test: str
    unsupported: Share
    wrong_polarity: Share
    refusals: Share
    false_refusals: Share
    rouge_l: Share

    def worse_than(self, other: "Scores") -> list[str]:
        """What got worse, for people to read; empty if nothing did."""
        if self.test != other.test:
            return [f"measured on another test ({self.test} instead of {other.test})"]
        return [
            f"{words} {getattr(self, name):.1%} instead of {getattr(other, name):.1%}"
            for name, (words, good) in MEASURES.items()
            if good * (getattr(self, name) - getattr(other, name)) < -_TOLERANCE
        ]


MEASURES = {
    "unsupported": ("unsupported answers", -1),
    "wrong_polarity": ("wrong polarity", -1),
    "refusals": ("refusal of the unanswerable", 1),
    "false_refusals": ("false refusals", -1),
    "rouge_l": ("ROUGE-L to people", 1),
}
"""Of each score: what it is called, and whether more of it is good (1) or bad (-1)."""


class Manifest(_Part):
    """The keys that a machine reads; the others (data, recipe, licence, tools) are for people."""

    name: Name
    base: Base
    files: dict[str, Sha256]
    scores: Scores | None = None


def read_manifest(path: Path) -> Manifest:
    """The checked content of `path`. A permanent `ModelError` names the file and the reason."""
    try:
        with path.open("rb") as file:
            return Manifest.model_validate_json(file.read(_MOST_BYTES))
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}", permanent=True) from error
    except ValidationError as error:
        raise ModelError(f"{path}: {_reason(error)}", permanent=True) from error


def sha256(path: Path) -> str:
    """In hexadecimal digits. Raises a permanent `ModelError` if the file cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}", permanent=True) from error


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else first["msg"]
