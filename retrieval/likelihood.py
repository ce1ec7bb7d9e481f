"""From scores to how likely each piece of content answers.

A logistic of two measures, as Platt scaling (Platt 1999) has one: how far a score is above that of
what has nothing to do with the question, and how far it is ahead of its strongest rival. The second
matters because the same score says less where others come as near.
"""

from collections.abc import Sequence

from encoder.reader import probability

# Fitted on the tuning houses (training/desk.py) by `manage.py teach_encoder`: to be taken from what
# it prints whenever the encoder is taught anew.
SLOPE = 8.931
"""Log odds per unit of score above NOTHING."""
NOTHING = 0.578
"""The score at which, without a rival near, it is even odds whether a text answers."""
LEAD = 20.086
"""Log odds per unit of score ahead of the strongest rival."""


def likelihoods(scores: Sequence[float]) -> list[float]:
    """How likely each of the ranked texts answers, 0 … 1, never rising.

    `scores` are `Hit.score` (a cosine, and a little for words), best first; the result has their
    length and order. The rival of the first is the second, of all behind it the first; what has no
    other beside it is measured against NOTHING.
    """
    if not scores:
        return []
    best, *behind = scores
    rivals = [behind[0] if behind else NOTHING, *(best for _ in behind)]
    return [
        probability(SLOPE * (score - NOTHING) + LEAD * (score - rival))
        for score, rival in zip(scores, rivals, strict=True)
    ]
