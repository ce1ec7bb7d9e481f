"""How llama.cpp is compiled: for every machine, once, and never in the dark."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from llama_cpp import llama_cpp

ROOT = Path(__file__).resolve().parents[1]
NATIVE = ROOT / "native"
# As llama-cpp-python's project does it, for a processor that has AMX whatever this one has.
PROJECT = """
cmake_minimum_required(VERSION 3.21)
project(llama_cpp CXX)
add_library(kernels OBJECT kernels.cpp)
target_compile_options(kernels PRIVATE -march=sapphirerapids)
"""
KERNELS = """
#if defined(__AMX_TILE__) || defined(__AMX_INT8__) || defined(__AMX_BF16__)
#error "compiled with AMX"
#endif
#ifndef __AVX512F__
#error "compiled without what this processor has"
#endif
"""


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(str(NATIVE))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    import build

    return build


def test_the_library_in_use_has_no_amx() -> None:
    assert "AMX" not in llama_cpp.llama_print_system_info().decode()


@pytest.mark.skipif(
    platform.machine() != "x86_64" or not shutil.which("cmake"), reason="AMX is x86's"
)
@pytest.mark.parametrize(("include", "error"), [(True, ""), (False, "compiled with AMX")])
def test_amx_is_left_out_and_nothing_else(tmp_path: Path, include: bool, error: str) -> None:
    (tmp_path / "CMakeLists.txt").write_text(PROJECT)
    (tmp_path / "kernels.cpp").write_text(KERNELS)
    ours = [f"-DCMAKE_PROJECT_llama_cpp_INCLUDE={NATIVE / 'llama.cmake'}"] if include else []
    configure = ["cmake", "-S", str(tmp_path), "-B", str(tmp_path / "out"), *ours]
    subprocess.run(configure, check=True, capture_output=True)
    compiled = subprocess.run(
        ["cmake", "--build", str(tmp_path / "out")], capture_output=True, text=True, check=False
    )
    assert error in compiled.stdout + compiled.stderr
    assert (compiled.returncode == 0) is include, compiled.stderr


def test_without_a_compiler_one_line_says_what_to_install(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, str(NATIVE / "build.py")],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "no C++ compiler (c++)" in refused.stderr
    assert "apt-get install g++" in refused.stderr


def test_what_was_compiled_is_kept_for_the_same_processor_and_flags(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = build.cache() / build.fingerprint(False, build.find_compiler())
    folder.mkdir(parents=True)
    wheel = folder / "llama_cpp_python-0.0.0-py3-none-any.whl"
    wheel.touch()
    assert build.built(portable=False, anew=False) == wheel
    assert "compiled already" in capsys.readouterr().out
    for other in (
        build.fingerprint(True, build.find_compiler()),
        build.fingerprint(False, "another compiler 1.0"),
    ):
        assert other != folder.name
    monkeypatch.setattr(build, "processor", lambda: "flags : fpu sse2")
    assert build.fingerprint(False, build.find_compiler()) != folder.name


def test_a_build_says_how_far_it_is_and_why_it_failed(
    build: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "[1/4] one\\n  [2/4] two\\nggml.c:7: error: no such instruction\\n[4/4] four\\nend"
    failing = [sys.executable, "-c", f"print('{said}'); raise SystemExit(3)"]
    log = tmp_path / "build.log"
    assert build.run_with_progress(failing, os.environ, log) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("llama.cpp: 25% compiled")
    assert lines[-1].startswith("llama.cpp: 100% compiled")
    assert build.reason(log) == "ggml.c:7: error: no such instruction"


def test_make_and_the_image_compile_it_in_the_same_way() -> None:
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "python native/build.py --portable" in image.partition("COPY . .")[0]
    assert "native/build.py" in (ROOT / "Makefile").read_text(encoding="utf-8")
