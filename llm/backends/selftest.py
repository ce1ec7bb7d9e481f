"""Whether llama.cpp's first batch survives on this machine: tried once, in a process that may die.

A virtual machine may promise instructions that it does not carry out (AMX), and a library that was
compiled elsewhere may use some that this processor never had. Either ends the process inside the
first batch, where no exception can be caught. What the try showed is kept beside the model, for as
long as the model's file, the library and the processor stay the same.
"""

import hashlib
import json
import logging
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from llm.base import ModelError

logger = logging.getLogger(__name__)

SECONDS = 60
"""For one try; a sound machine takes one, most of it to start Python."""
_ROOT = Path(__file__).resolve().parents[2]
_CRASHES = {"SIGILL", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGABRT"}
"""Signals by which native code dies of itself; SIGKILL is the kernel's, when memory runs out."""
_PROCESSOR = ("vendor_id", "model name", "flags", "CPU implementer", "CPU part", "Features")
"""What tells one processor's abilities from another's in /proc/cpuinfo, on x86-64 and on arm64."""


class Kernels(StrEnum):
    """REPACKED want the weights in an order of their own and are the fastest; PLAIN use no
    instruction that only they know."""

    REPACKED = "repacked"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """`kernels` is empty where both died, of what `died` says."""

    fingerprint: str
    kernels: str
    died: str


def kernels_for(model: Path) -> Kernels:
    """The fastest kernels that survive with `model`, a prepared file, on this machine.

    Tried if it is not known yet: a second or two, in a child process. A permanent `ModelError` says
    that none does, and what to do.
    """
    fingerprint = _fingerprint(model)
    known = _remembered(model)
    if known is None or known.fingerprint != fingerprint:
        known = _try(model, fingerprint)
    if not known.kernels:
        raise ModelError(_sentence(known.died), permanent=True)
    return Kernels(known.kernels)


def known_trouble(model: Path) -> str:
    """What the last try with `model` showed to be in the way; empty if nothing, or if none was."""
    known = _remembered(model)
    if known is None or known.kernels or known.fingerprint != _fingerprint(model):
        return ""
    return _sentence(known.died)


def _sentence(died: str) -> str:
    return (
        f"The local model does not run on this machine, because llama.cpp dies at its first batch "
        f"({died}), so guests get the staff's own words: run make engine to compile it for this "
        f"processor (docs/engine.md)."
    )


def _try(model: Path, fingerprint: str) -> _Outcome:
    """Each in turn, in a process of its own, until one survives."""
    died = ""
    for kernels in Kernels:
        ended = _end_of_child(model, kernels)
        if ended not in (_CRASHES | {"no end"}):
            # It survived, or failed in a way that the caller may meet: an exception kills nobody.
            outcome = _Outcome(fingerprint, kernels, died)
            if not ended:
                _remember(model, outcome)
            return outcome
        died = ended
        logger.warning("llama.cpp's first batch died with its %s kernels: %s", kernels, died)
    outcome = _Outcome(fingerprint, "", died)
    if died in _CRASHES:
        _remember(model, outcome)
    return outcome


def _end_of_child(model: Path, kernels: Kernels) -> str:
    """Empty if it survived; else the signal, "no end" or the exit code."""
    command = [sys.executable, "-m", "llm.backends.first_batch", str(model), kernels]
    try:
        done = subprocess.run(
            command, cwd=_ROOT, capture_output=True, timeout=SECONDS, check=False, text=True
        )
    except subprocess.TimeoutExpired:
        return "no end"
    except OSError as error:
        return type(error).__name__
    if done.returncode < 0:
        return signal.Signals(-done.returncode).name
    return f"exit code {done.returncode}" if done.returncode else ""


def _fingerprint(model: Path) -> str:
    """Of the three things of which another one may die; costs some stats and one small read."""
    parts = [_stamp(model), *map(_stamp, _libraries()), platform.machine(), *_processor()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _libraries() -> list[Path]:
    """Found, not imported: importing them is what a foreign instruction may not survive."""
    spec = find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        return []
    return sorted((Path(spec.origin).parent / "lib").glob("*.so*"))


def _processor() -> Iterator[str]:
    """Of the first core; elsewhere than on Linux the machine's architecture has to do."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as cores:
            for line in cores:
                if not line.strip():
                    return
                if line.startswith(_PROCESSOR):
                    yield line
    except OSError:
        return


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return f"{path.name} is not there"
    return f"{path.name} {found.st_size} {found.st_mtime_ns}"


def _remembered(model: Path) -> _Outcome | None:
    try:
        return _Outcome(**json.loads(_memory(model).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # none, or half of one after a power cut
        return None


def _remember(model: Path, outcome: _Outcome) -> None:
    memory = _memory(model)
    draft = memory.with_suffix(f".{os.getpid()}")
    try:
        draft.write_text(json.dumps(asdict(outcome), indent=2), encoding="utf-8")
        draft.replace(memory)
    except OSError as error:
        logger.warning("%s cannot be written, so each start tries anew: %s", memory, error)


def _memory(model: Path) -> Path:
    return model.with_suffix(".selftest.json")
