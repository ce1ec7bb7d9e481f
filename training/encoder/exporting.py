"""The taught layers as the int8 ONNX file that the product runs (encoder/).

Two settings of the quantisation matter:

- `reduce_range`: weights of 7 bits. CPUs without VNNI multiply u8 by s8 in pairs into 16 bits,
  which 8-bit weights overflow, silently. 7 bits cannot, so every CPU computes the same.
- `per_channel`: a scale for each column, which gains back more than the eighth bit gave.

The graph takes the vectors of a text's pieces, for the word table stays the package's.
"""

import importlib.metadata
import json
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn
from transformers import BertModel

from encoder.encoder import LAYERS
from encoder.files import MANIFEST, sha256
from encoder.words import DIMENSIONS, PACKAGE, words_id

NAME = "guests-e5-small-int8"
SETTINGS = {"per_channel": True, "reduce_range": True}
TOOLS = ("torch", "transformers", "onnx", "onnxruntime")


class Pooled(nn.Module):
    """One text's word vectors, of shape (1, pieces, 384), to its vector, of shape (1, 384)."""

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        states = self.model(inputs_embeds=words).last_hidden_state
        return nn.functional.normalize(states.mean(1), dim=-1)


def export(model: BertModel, target: Path) -> None:
    """Write layers.onnx and manifest.json to `target`."""
    target.mkdir(parents=True, exist_ok=True)
    # The table is the package's, and must not go into the file.
    model.embeddings.word_embeddings = nn.Embedding(1, DIMENSIONS)
    quantised(Pooled(model.eval().float()), "vector", target / LAYERS)
    write_manifest(target, LAYERS, NAME)


def quantised(graph: nn.Module, output: str, path: Path) -> None:
    """Write `graph`, from the word vectors of one text to `output`, as an int8 file."""
    with tempfile.TemporaryDirectory() as scratch:
        whole, prepared = Path(scratch) / "whole.onnx", Path(scratch) / "prepared.onnx"
        torch.onnx.export(
            graph,
            (torch.zeros(1, 16, DIMENSIONS),),
            str(whole),
            input_names=["words"],
            output_names=[output],
            dynamic_axes={"words": {1: "pieces"}},
            opset_version=17,
            dynamo=False,
        )
        quant_pre_process(str(whole), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(str(prepared), str(path), weight_type=QuantType.QInt8, **SETTINGS)


def write_manifest(target: Path, name: str, model: str) -> None:
    manifest = {
        "model": model,
        "source": {
            "package": f"{PACKAGE}=={words_id()}",
            "weights": "intfloat/multilingual-e5-small, taught with training/data",
        },
        "licence": "MIT (multilingual-e5-small), Apache-2.0 (what it was taught)",
        "command": "manage.py teach_encoder",
        "quantisation": {"activations": "uint8", "weights": "int8", **SETTINGS},
        "tools": {tool: importlib.metadata.version(tool) for tool in TOOLS},
        "files": {name: sha256(target / name)},
    }
    (target / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
