"""multilingual-e5-small as PyTorch sees it, from the package's 4-bit file (encoder/words.py)."""

from typing import Any

import numpy as np
import torch
from transformers import BertConfig, BertModel

from encoder.words import BLOCK_BYTES, DIMENSIONS, WORD_TABLE, Words, dequantised

MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def published(words: Words) -> BertModel:
    """The model as it was published, in 32 bits: 12 layers, 384 dimensions, 12 heads.

    Without dropout and with plain attention: on a CPU, drawing the noise takes a third of a step
    and the fused attention's way back half of it.
    """
    config = BertConfig(
        attn_implementation="eager",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        vocab_size=len(words.tensor(WORD_TABLE)) * 32 // BLOCK_BYTES // DIMENSIONS,
        hidden_size=DIMENSIONS,
        num_hidden_layers=words.layers,
        num_attention_heads=words.heads,
        intermediate_size=words.inner,
        max_position_embeddings=words.positions,
        type_vocab_size=words.kinds,
        layer_norm_eps=words.epsilon,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(_state(words), strict=False)
    return model


def _state(words: Words) -> dict[str, Any]:
    state = {
        "embeddings.word_embeddings.weight": _matrix(words, WORD_TABLE, DIMENSIONS),
        "embeddings.position_embeddings.weight": _floats(words, "emb.pos").reshape(-1, DIMENSIONS),
        "embeddings.token_type_embeddings.weight": _floats(words, "emb.type").reshape(
            -1, DIMENSIONS
        ),
        "embeddings.LayerNorm.weight": _floats(words, "emb.ln.w"),
        "embeddings.LayerNorm.bias": _floats(words, "emb.ln.b"),
    }
    for layer in range(words.layers):
        to = f"encoder.layer.{layer}"
        for short, name in MATRICES.items():
            inputs = words.inner if short == "fo" else DIMENSIONS
            state[f"{to}.{name}.weight"] = _matrix(words, f"l{layer}.{short}.w", inputs)
            state[f"{to}.{name}.bias"] = _floats(words, f"l{layer}.{short}.b")
        for short, name in NORMS.items():
            state[f"{to}.{name}.weight"] = _floats(words, f"l{layer}.{short}.w")
            state[f"{to}.{name}.bias"] = _floats(words, f"l{layer}.{short}.b")
    return state


def _matrix(words: Words, name: str, inputs: int) -> torch.Tensor:
    blocks = words.tensor(name).reshape(-1, BLOCK_BYTES)
    return torch.from_numpy(dequantised(blocks).reshape(-1, inputs))


def _floats(words: Words, name: str) -> torch.Tensor:
    return torch.from_numpy(words.tensor(name).view(np.float32).copy())
