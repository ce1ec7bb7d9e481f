"""The taught reader as the int8 ONNX file that the product runs (encoder/reader.py)."""

from pathlib import Path

import torch
from torch import nn

from encoder.reader import LAYERS
from encoder.words import DIMENSIONS
from training.encoder.exporting import quantised, write_manifest
from training.reader.teaching import Pairs

NAME = "guests-reader-int8"


class Odds(nn.Module):
    """The word vectors of a pair, of shape (1, pieces, 384), to its log odds, of shape (1,)."""

    def __init__(self, pupil: Pairs) -> None:
        super().__init__()
        self.model = pupil.model
        self.inner, self.outer = pupil.inner, pupil.outer

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        states = self.model(inputs_embeds=words).last_hidden_state
        seen = torch.cat([states.mean(1), states[:, 0]], 1)
        odds: torch.Tensor = self.outer(nn.functional.gelu(self.inner(seen)))[:, 0]
        return odds


def export(pupil: Pairs, target: Path) -> None:
    """Write layers.onnx and manifest.json to `target`."""
    target.mkdir(parents=True, exist_ok=True)
    # The table is the package's, and must not go into the file.
    pupil.model.embeddings.word_embeddings = nn.Embedding(1, DIMENSIONS)
    quantised(Odds(pupil.eval().float()), "odds", target / LAYERS)
    write_manifest(target, LAYERS, NAME)  # the weights of fitting.py follow
