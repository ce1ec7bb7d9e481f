"""How fast a model learns from its first step to its last."""

import math

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR


def climb_and_fall(optimizer: Optimizer, steps: int, warm_up: int, least: float) -> LambdaLR:
    """A short climb, then half a cosine down, to `least` of the full rate."""
    return LambdaLR(
        optimizer,
        lambda step: min(
            (step + 1) / warm_up, max(least, 0.5 * (1 + math.cos(math.pi * step / steps)))
        ),
    )
