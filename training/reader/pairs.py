"""What the reader learns from: a question, and of its house's texts the right and the tempting.

The tempting ones are those that the taught encoder takes for the likeliest; the right one stands
among them in any place, so the order that the encoder gives teaches nothing.
"""

import random

from training.desk import Key
from training.encoder.measuring import Ranked

TEMPTING = 12
"""Texts of a house that a question may be taught against."""
AT_ONCE = 4
RIGHT_AT_ONCE = 2
NEAREST = 3
NEAR = 8
AS_RANKED = 0.7
"""So often the wrong texts are the nearest three; else any three of the nearest eight."""


def chosen(case: Ranked, chance: random.Random) -> list[tuple[Key, bool]]:
    """A few texts in any order, and whether each answers."""
    right = list(case.question.right)[:RIGHT_AT_ONCE]
    wrong = [key for key in case.keys[:TEMPTING] if key not in case.question.right]
    near = wrong[:NEAREST]
    if chance.random() > AS_RANKED:
        near = chance.sample(wrong[:NEAR], min(NEAREST, len(wrong[:NEAR])))
    others = [key for key in wrong[NEAREST:] if key not in near]
    more = max(1, AT_ONCE - len(right) - len(near))
    near += chance.sample(others, min(more, len(others)))
    few = [(key, True) for key in right]
    few += [(key, False) for key in near][: max(AT_ONCE - len(right), 2)]
    chance.shuffle(few)
    return few
