"""The model that training begins with: the GGUF in service, as transformers has it."""

from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel

from llm.base import ModelError


def load_base(gguf: Path) -> PreTrainedModel:
    """The model in `gguf` in 32 bits; transformers undoes llama.cpp's order of q and k rows.

    Raises a permanent `ModelError` if the file cannot be read.
    """
    try:
        return AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, dtype=torch.float32
        )
    except (OSError, ValueError) as error:
        raise ModelError(f"transformers cannot load {gguf}: {error}", permanent=True) from error
