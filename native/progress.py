"""Runs a build whose steps ninja or make count, and says how far it is."""

import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

NINJA = re.compile(r"^\s*\[(\d+)/(\d+)\] ")
MAKE = re.compile(r"^\s*\[ *(\d+)%\] ")
ERROR = re.compile(r"\b(fatal error|error|ERROR|CMake Error)\b[: ]")
SECONDS_BETWEEN_LINES = 15  # in a log, where nobody watches


def run_with_progress(command: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
    """Its exit code. All that it says is kept in `log`."""
    shown = Shown()
    with (
        log.open("w", encoding="utf-8") as kept,
        subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as build,
    ):
        for line in build.stdout or ():
            kept.write(line)
            if (done := share_done(line)) is not None:
                shown.show(done)
    shown.end()
    return build.returncode


def share_done(line: str) -> float | None:
    """From 0 to 1, if the line tells."""
    if step := NINJA.match(line):
        return int(step[1]) / max(1, int(step[2]))
    if percent := MAKE.match(line):
        return int(percent[1]) / 100
    return None


def reason(log: Path) -> str:
    """The first line that names an error, or else the last line."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8").splitlines() if line.strip()]
    return next(filter(ERROR.search, lines), lines[-1] if lines else "it said nothing")


class Shown:
    """One line in a terminal that is written over; elsewhere a line every so often."""

    def __init__(self) -> None:
        self._in_terminal = sys.stdout.isatty()
        self._begun = time.monotonic()
        self._last = 0.0

    def show(self, done: float) -> None:
        now = time.monotonic()
        if not self._in_terminal and now - self._last < SECONDS_BETWEEN_LINES and done < 1:
            return
        self._last = now
        said = f"llama.cpp: {done:.0%} compiled{self._to_go(done, now - self._begun)}"
        print(f"\r{said:<60}" if self._in_terminal else said, end=self._line_end, flush=True)

    def end(self) -> None:
        if self._in_terminal:
            print()

    @property
    def _line_end(self) -> str:
        return "" if self._in_terminal else "\n"

    def _to_go(self, done: float, seconds: float) -> str:
        """From what the steps so far took; the first few would tell nothing."""
        if done < 0.1:
            return ""
        left = seconds * (1 - done) / done
        return f", about {left / 60:.0f} min to go" if left >= 60 else f", {left:.0f} s to go"
