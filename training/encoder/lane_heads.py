"""The heads that ship: multinomial logistic regression on the taught encoder's own vectors.

They are fitted on the int8 vectors that the product computes. Lanes are unevenly frequent, so each
weighs the same in sum up to `MOST`; the penalty is chosen on the tuning part.
"""

from collections.abc import Sequence

import numpy as np
import torch

from encoder import DIMENSIONS, Vectors
from training.lanes import LANES

MOST = 400
"""Rows from which on a lane's weight grows no more."""
STEPS = 200


def fit(vectors: Vectors, lanes: Sequence[Sequence[int]], penalty: float) -> Vectors:
    """Weights of shape (len(LANES), DIMENSIONS + 1), the last column the intercepts.

    `vectors` of shape (rows, DIMENSIONS), each row one of the lanes whose numbers stand beside it.
    """
    inputs = torch.from_numpy(with_one(vectors))
    allowed = torch.zeros(len(lanes), len(LANES))
    for row, numbers in enumerate(lanes):
        allowed[row, list(numbers)] = 1.0
    seen = (allowed / allowed.sum(1, keepdim=True)).sum(0)
    each = torch.clamp(seen, max=MOST) / torch.clamp(seen, min=1.0)
    weights = (allowed * each).sum(1) / allowed.sum(1)
    found = torch.zeros(len(LANES), DIMENSIONS + 1, requires_grad=True)
    optimizer = torch.optim.LBFGS([found], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        chances = torch.log_softmax(inputs @ found.T, 1)
        right = torch.logsumexp(chances.masked_fill(allowed == 0, -torch.inf), 1)
        lost = -(right * weights).sum() / weights.sum() + penalty * found[:, :-1].square().sum()
        lost.backward()
        return lost

    optimizer.step(loss)
    fitted: Vectors = found.detach().numpy().astype(np.float32)
    return fitted


def with_one(vectors: Vectors) -> Vectors:
    ones = np.ones((len(vectors), 1), np.float32)
    return np.concatenate([vectors, ones], 1)
