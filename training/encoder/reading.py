"""Texts → vectors in PyTorch, as the product's graph computes them (exporting.py)."""

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from encoder.tokens import tokenizer_of
from encoder.words import Words
from training.rows import means, states

LONGEST = 128
"""Pieces read while learning; longer texts are few, and cost the most."""


class Embedding(nn.Module):
    def __init__(self, model: BertModel, words: Words) -> None:
        super().__init__()
        self.model = model
        self._padding = words.special.padding
        self._tokenizer: Tokenizer = tokenizer_of(words)
        self._tokenizer.enable_truncation(LONGEST)

    def forward(self, texts: Sequence[str], role: str) -> torch.Tensor:
        """Vectors of shape (len(texts), 384) and length 1."""
        pieces = [
            each.ids for each in self._tokenizer.encode_batch([f"{role}: {t}" for t in texts])
        ]
        order: list[int] = []
        parts = []
        for numbers, found, owners in states(self.model, pieces, LONGEST, self._padding):
            order += numbers
            parts.append(means(found, owners))
        vectors = torch.cat(parts)[torch.tensor(order).argsort()]
        return nn.functional.normalize(vectors, dim=-1)
