"""An adapter as a file that llama.cpp reads: GGUF, in 16 bits.

The layout is that of llama.cpp's convert_lora_to_gguf.py: `<tensor>.lora_a` of shape (rank, inputs)
and `<tensor>.lora_b` of shape (outputs, rank).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from gguf import GGUFWriter
from peft import PeftModel

from llm.backends.manifest import sha256

Array = npt.NDArray[Any]

PROJECTIONS = {
    "q_proj": "attn_q",
    "k_proj": "attn_k",
    "v_proj": "attn_v",
    "o_proj": "attn_output",
    "gate_proj": "ffn_gate",
    "up_proj": "ffn_up",
    "down_proj": "ffn_down",
}
"""The linear layers of a Llama block: transformers' names and llama.cpp's."""


class Factors(NamedTuple):
    """What `tensor` of the GGUF gets added: `b` (outputs, rank) times `a` (rank, inputs)."""

    tensor: str
    a: Array
    b: Array


def export_adapter(model: PeftModel, base: Path, target: Path) -> None:
    """Writes the adapter of `model` for the GGUF `base` to `target`.

    Raises `ValueError` if it holds values that are no numbers.
    """
    config = model.peft_config["default"]
    writer = GGUFWriter(target, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(config.lora_alpha))
    writer.add_string("concierge.base.sha256", sha256(base))
    for tensor, a, b in factors(model):
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            raise ValueError(f"The adapter of {tensor} has values that are no numbers")
        writer.add_tensor(f"{tensor}.lora_a", a)
        writer.add_tensor(f"{tensor}.lora_b", b)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def factors(model: PeftModel) -> Iterator[Factors]:
    """In 16 bits and llama.cpp's order."""
    config = model.get_base_model().config
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    for name, module in model.named_modules():
        projection = name.rpartition(".")[2]
        if projection not in PROJECTIONS or not hasattr(module, "lora_A"):
            continue
        a, b = (
            factor["default"].weight.detach().cpu().numpy()
            for factor in (module.lora_A, module.lora_B)
        )
        if projection in heads:
            b = _interleaved(b, heads[projection])
        tensor = f"blk.{_layer(name)}.{PROJECTIONS[projection]}.weight"
        yield Factors(tensor, a.astype(np.float16), np.ascontiguousarray(b.astype(np.float16)))


def _interleaved(rows: Array, heads: int) -> Array:
    """Each head's two halves by turns: llama.cpp rotates neighbours, transformers the halves.

    As `LlamaModel.permute` in llama.cpp's convert_hf_to_gguf.py.
    """
    halves = rows.reshape(heads, 2, -1, rows.shape[1])
    return halves.swapaxes(1, 2).reshape(rows.shape)


def _layer(name: str) -> int:
    """The number in `….layers.7.self_attn.q_proj`."""
    parts = name.split(".")
    return int(parts[parts.index("layers") + 1])
