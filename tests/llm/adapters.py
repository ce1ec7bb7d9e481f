"""Releases to try: adapters of chance, as `manage.py distill` would have written them."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gguf import GGUFWriter

from llm.backends import gguf
from llm.backends.container import read_gguf
from llm.backends.gguf import PACKAGED_FILE, packaged_model
from llm.backends.manifest import sha256

RANK, ALPHA = 4, 8.0
LAYERS = range(3)
PROJECTIONS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
SCORES = {
    "test": "dstc9-1",
    "unsupported": 0.02,
    "wrong_polarity": 0.004,
    "refusals": 0.95,
    "false_refusals": 0.02,
    "rouge_l": 0.40,
}


def write_tiny_base(folder: Path) -> None:
    """A package with a model of three layers of which only the names are real."""
    writer = GGUFWriter(folder / PACKAGED_FILE, "llama")
    for name in _tensors(LAYERS):
        writer.add_tensor(name, np.ones((64, 32), np.float32))
    _write(writer)


def use_tiny_base(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are made at once; llama.cpp cannot load them."""
    (folder / "tiny_base").mkdir()
    (folder / "tiny_base" / "__init__.py").touch()
    write_tiny_base(folder / "tiny_base")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(gguf, "PACKAGE", "tiny_base")


def write_adapter(path: Path, seed: int = 0, size: float = 0.05, layers: range = LAYERS) -> Path:
    """A small LoRA adapter for `layers`, whose every factor is drawn with `seed`."""
    chance = np.random.default_rng(seed)
    writer = GGUFWriter(path, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", ALPHA)
    base = read_gguf(packaged_model()).tensors
    for name in _tensors(layers):
        rows, columns = base[name].shape
        for factor, shape in (("lora_a", (RANK, columns)), ("lora_b", (rows, RANK))):
            values = (size * chance.standard_normal(shape)).astype(np.float16)
            writer.add_tensor(f"{name}.{factor}", values)
    _write(writer)
    return path


def write_release(folder: Path, seed: int = 0, **changed: Any) -> Path:
    """A sound release named like its `folder`, but for what `changed` says of its manifest."""
    folder.mkdir(parents=True)
    adapter = write_adapter(folder / "adapter.gguf", seed)
    (folder / "README.md").write_text("Drawn by chance.\n")
    base = {"package": gguf.PACKAGE, "file": PACKAGED_FILE, "sha256": sha256(packaged_model())}
    files = {adapter.name: hashlib.sha256(adapter.read_bytes()).hexdigest()}
    manifest = {"name": folder.name, "base": base, "files": files, "scores": SCORES} | changed
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _tensors(layers: range) -> list[str]:
    return [f"blk.{layer}.{each}.weight" for layer in layers for each in PROJECTIONS]


def _write(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
