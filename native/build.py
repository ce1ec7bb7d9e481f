"""Compiles llama.cpp for this machine, once, and installs it into the virtual environment.

    .venv/bin/python native/build.py              `make` does it
    python native/build.py --portable             for an image: kernels for every processor

pip would compile it too, but silently, for minutes, with AMX and with parts that nothing here uses.
And pip's cache would hand out what it compiled on another processor, or with other flags. The wheel
is kept under ~/.cache/concierge, by everything that it depends on. Standard library only: nothing
else is installed yet.
"""

import argparse
import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from progress import reason, run_with_progress

HERE = Path(__file__).resolve().parent
FLAGS = HERE / "llama.cmake"
PACKAGE = "llama-cpp-python"


class BuildError(Exception):
    """One line that says what is in the way and what to do."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--portable", action="store_true", help="for every processor, not this one")
    parser.add_argument("--anew", action="store_true", help="compile it, whatever is kept")
    options = parser.parse_args()
    try:
        install(built(options.portable, options.anew))
    except BuildError as error:
        sys.exit(f"concierge: {error}")
    except KeyboardInterrupt:
        sys.exit("\nconcierge: stopped; what was compiled so far is thrown away")


def built(portable: bool, anew: bool) -> Path:
    """The wheel: the one that is kept, or a new one."""
    compiler = find_compiler()
    folder = cache() / fingerprint(portable, compiler)
    kept = sorted(folder.glob("*.whl"))
    if kept and not anew:
        print(f"llama.cpp is compiled already: {kept[-1]}")
        return kept[-1]
    shutil.rmtree(folder, ignore_errors=True)
    draft = folder.with_name(f"{folder.name}.{os.getpid()}")
    try:
        compile_into(draft, portable)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return next(folder.glob("*.whl"))


def compile_into(folder: Path, portable: bool) -> None:
    folder.mkdir(parents=True)
    log = cache() / "build.log"
    where = "every processor" if portable else "this machine's processor"
    print(f"Compiling llama.cpp for {where}, once. Its log: {log}", flush=True)
    command = [sys.executable, "-m", "pip", "wheel", "--verbose", "--no-deps", "--no-cache-dir"]
    command += [f"--no-binary={PACKAGE}", f"--wheel-dir={folder}", requirement()]
    if run_with_progress(command, os.environ | {"CMAKE_ARGS": cmake_arguments(portable)}, log):
        raise BuildError(f"llama.cpp could not be compiled: {reason(log)} (more in {log})")


def cmake_arguments(portable: bool) -> str:
    """Ours, and behind them what the environment asks for besides."""
    include = f"-DCMAKE_PROJECT_llama_cpp_INCLUDE={FLAGS}"
    ours = shlex.join([include, f"-DPORTABLE={'ON' if portable else 'OFF'}"])
    return f"{ours} {os.environ.get('CMAKE_ARGS', '')}".strip()


def install(wheel: Path) -> None:
    """In place of whatever is there: the version is the same, what is in it is not."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps"]
    if subprocess.run([*command, str(wheel)]).returncode:
        raise BuildError(f"{wheel} could not be installed: the reason is above")


def requirement() -> str:
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    dependencies: list[str] = project["project"]["dependencies"]
    return next(each for each in dependencies if each.startswith(PACKAGE))


def find_compiler() -> str:
    """Its version, in one line."""
    command = shlex.split(os.environ.get("CXX", "c++"))
    try:
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BuildError(
            f"no C++ compiler ({command[0]}), which llama.cpp is compiled with: install one "
            "(Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++), then try again"
        ) from error
    return done.stdout.splitlines()[0]


def fingerprint(portable: bool, compiler: str) -> str:
    """Of all that another wheel would come of."""
    parts = [requirement(), FLAGS.read_text(encoding="utf-8"), str(portable), compiler]
    parts += [platform.machine(), platform.libc_ver()[1], os.environ.get("CMAKE_ARGS", "")]
    if not portable:
        parts.append(processor())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def processor() -> str:
    """What the compiler's -march=native looks at, as far as the kernel tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    names = ("model name", "flags", "Features", "CPU part")
    return "\n".join(sorted({line for line in lines if line.startswith(names)}))


def cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "concierge" / "llama.cpp"


if __name__ == "__main__":
    main()
