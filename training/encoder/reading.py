"""Texts → vectors in PyTorch, as the product's graph computes them (exporting.py)."""

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from encoder.tokens import tokenizer_of
from encoder.words import Words

LONGEST = 128
"""Pieces read while learning; longer texts are few, and cost the most."""
MOST_AT_ONCE = 64
ALIKE = 1.25
"""Texts up to so much longer are padded to one length; more is computed for nothing."""


class Reader(nn.Module):
    def __init__(self, model: BertModel, words: Words) -> None:
        super().__init__()
        self.model = model
        self._padding = words.special.padding
        self._tokenizer: Tokenizer = tokenizer_of(words)
        self._tokenizer.enable_truncation(LONGEST)

    def forward(self, texts: Sequence[str], role: str) -> torch.Tensor:
        """Vectors of shape (len(texts), 384) and length 1."""
        written = [f"{role}: {text}" for text in texts]
        pieces = [each.ids for each in self._tokenizer.encode_batch(written)]
        groups = _of_like_length(pieces)
        vectors = torch.cat([self._vectors([pieces[i] for i in group]) for group in groups])
        order = torch.tensor([place for group in groups for place in group])
        return vectors[order.argsort()]

    def _vectors(self, pieces: list[list[int]]) -> torch.Tensor:
        longest = max(map(len, pieces))
        ids = torch.tensor([each + [self._padding] * (longest - len(each)) for each in pieces])
        there = torch.tensor([[1] * len(each) + [0] * (longest - len(each)) for each in pieces])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.model(ids, attention_mask=there).last_hidden_state
        weights = there.unsqueeze(-1).float()
        means = (states.float() * weights).sum(1) / weights.sum(1)
        return nn.functional.normalize(means, dim=-1)


def _of_like_length(pieces: list[list[int]]) -> list[list[int]]:
    groups: list[list[int]] = []
    for place in sorted(range(len(pieces)), key=lambda each: len(pieces[each])):
        last = groups[-1] if groups else []
        fits = last and len(pieces[place]) <= ALIKE * len(pieces[last[0]]) + 4
        if fits and len(last) < MOST_AT_ONCE:
            last.append(place)
        else:
            groups.append([place])
    return groups
