import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LARGEST_LOG = 10 * 1024 * 1024  # bytes; a longer one is put aside when its process starts
libc = ctypes.CDLL(None)


@dataclass
class Child:
    """One process of the product, with its log, that never outlives the process that started it."""

    name: str
    command: Sequence[str]
    log: Path
    folder: Path = Path("/")
    environment: Mapping[str, str] | None = None
    user: pwd.struct_passwd | None = None
    inherited: tuple[int, ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    seconds_to_stop: float = 10
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        self.log.parent.mkdir(exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user.pw_uid if self.user else None,
                group=self.user.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                pass_fds=self.inherited,
                # Its own session: Ctrl-C reaches the parent only, which stops all in order.
                start_new_session=True,
                preexec_fn=partial(_die_with_parent, os.getpid(), self.stop_signal),
            )

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        if self.process is None or not self.is_running():
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(self.seconds_to_stop)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def how_it_ended(self) -> str:
        code = self.process.returncode if self.process else 0
        return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"

    def note(self, line: str) -> None:
        """Adds a line to its log, in its place."""
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"{line}\n")

    def last_words(self) -> str:
        if not self.log.exists():
            return "none"
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 4096))
            lines = log.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "none")


def _die_with_parent(parent: int, with_signal: signal.Signals) -> None:
    """Between fork and exec: even a parent that was killed outright leaves nobody behind."""
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, int(with_signal))
        if os.getppid() != parent:  # It died before the kernel knew of our wish.
            os._exit(1)
