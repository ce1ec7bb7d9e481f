"""A llama.cpp that dies of its computations, for real and on any machine: see deadly.c."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal

SOURCE = Path(__file__).with_name("deadly.c")
When = Literal["repacked", "always", "later"]


def deadly(when: When, later: int = 0) -> dict[str, str]:
    """The environment in which the processes to come die so."""
    return {"LD_PRELOAD": str(_library()), "DEADLY": when, "LATER": str(later)}


@cache
def _library() -> Path:
    library = Path(mkdtemp(prefix="concierge-deadly-")) / "deadly.so"
    command = ["cc", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    return library
