"""The version has one home, the changelog's newest heading, so that the two cannot disagree."""

import re
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parent.parent / "CHANGELOG.md"


def read_version() -> str:
    heading = re.search(r"^## (\d+\.\d+\.\d+)", CHANGELOG.read_text(encoding="utf-8"), re.M)
    if heading is None:
        raise RuntimeError(f"{CHANGELOG} has no heading like '## 1.2.3'")
    return heading[1]


__version__ = read_version()
