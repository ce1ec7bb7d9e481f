"""The concierge's few fixed sentences, one file a language: docs/languages.md."""

import tomllib
from pathlib import Path
from typing import Any

Table = dict[str, Any]

CATALOGUE: dict[str, Table] = {
    file.stem: tomllib.loads(file.read_text(encoding="utf-8"))
    for file in sorted(Path(__file__).parent.glob("*.toml"))
}
"""By ISO 639-1 code. Under "languages" each names the languages as its own sentences need them."""

ENGLISH = CATALOGUE["en"]


def sentences(language: str) -> Table:
    """Those of `language`; the English ones where it has no file."""
    return CATALOGUE.get(language, ENGLISH)
