"""The heads that ship: small networks on the taught encoder's own vectors.

They are fitted on the int8 vectors that the product computes. One hidden layer finds .05 more of
the dangers than a logistic regression at as few false alarms, and the mean of three networks .02
more than one (docs/encoder.md). Noise makes up for the encoder having seen the same rows.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from encoder import DIMENSIONS, Vectors
from reading.heads import STRETCH, Nets

NETS = 3
HIDDEN = 256
EPOCHS = 12
BATCH = 256
RATE = 2e-3
DECAY = 1e-3
DROPOUT = 0.3
NOISE = 0.25
QUESTIONS_WEIGH = 0.3
"""Plain questions are most of all rows; the encoder learns them from the texts already."""


def fit(
    vectors: Vectors, lanes: Sequence[Sequence[int]], outputs: int, plain: Sequence[int]
) -> Nets:
    """Networks from vectors of shape (rows, DIMENSIONS) to so many `outputs`.

    Each row is one of the lanes whose numbers stand beside it; rows of `plain` weigh less.
    """
    inputs = torch.from_numpy(vectors) * STRETCH
    forbidden = torch.ones(len(lanes), outputs, dtype=torch.bool)
    for row, numbers in enumerate(lanes):
        forbidden[row, list(numbers)] = False
    weights = torch.tensor([QUESTIONS_WEIGH if each == plain else 1.0 for each in lanes])
    fitted = [_fitted(inputs, forbidden, weights, seed) for seed in range(NETS)]

    def stacked(layer: int, name: str) -> Vectors:
        found = [getattr(net[layer], name).detach().numpy().T for net in fitted]
        return np.stack(found).astype(np.float32)

    return Nets(stacked(0, "weight"), stacked(0, "bias"), stacked(3, "weight"), stacked(3, "bias"))


def _fitted(
    inputs: torch.Tensor, forbidden: torch.Tensor, weights: torch.Tensor, seed: int
) -> nn.Sequential:
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Linear(DIMENSIONS, HIDDEN),
        nn.ReLU(),
        nn.Dropout(DROPOUT),
        nn.Linear(HIDDEN, forbidden.shape[1]),
    )
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=DECAY)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(inputs)).split(BATCH):
            seen = inputs[rows] + NOISE * torch.randn(len(rows), DIMENSIONS)
            chances = torch.log_softmax(net(seen), 1).masked_fill(forbidden[rows], -torch.inf)
            loss = -(torch.logsumexp(chances, 1) * weights[rows]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return net.eval()
