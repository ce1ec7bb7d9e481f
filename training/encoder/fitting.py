"""What is fitted on a taught encoder: the heads with their cuts, and how likely a text answers.

Weights are learned from the part that the encoder was taught with; the cuts and the three numbers
of retrieval/likelihood.py are chosen on the tuning houses.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from encoder import Encoder
from encoder.files import MANIFEST, sha256
from reading.heads import HEADS, KIND, Nets, save
from training.encoder.lane_heads import fit
from training.encoder.measuring import Ranked, Rows, group, is_of, rows
from training.lanes import GROUPS, LANES, TRAITS

FALSE = {
    "danger": 0.006,
    "person": 0.003,
    "complaint": 0.005,
    "request": 0.008,
    "talk": 0.005,
    "need": 0.005,
    "doubt": 0.012,
    "leans": 0.04,
    "several": 0.03,
}
"""How often a group may be found in what is of another, on the tuning part. An alarm that is none
costs a walk to a room, one that is missed may cost a life; a guest in doubt is asked back."""
LEAST = 0.3
"""No cut is below it: where nothing false is found at all, the data is too little to say."""
LEAST_DOUBT = 0.05
"""To be asked costs a guest little."""


def fit_heads(encoder: Encoder, target: Path) -> tuple[dict[str, Nets], dict[str, float]]:
    """Write heads.npz and manifest.json to `target`; returns the heads and their cuts."""
    taught, tuning = rows(encoder, "taught"), rows(encoder, "tuning")
    nets = {KIND: fit(taught.vectors, taught.lanes, len(LANES), [LANES.index("question")])}
    for trait, has in taught.traits.items():
        nets[trait] = fit(taught.vectors, [[int(each)] for each in has], 2, [0])
    cuts = {name: _cut(nets[KIND], tuning, name) for name in GROUPS}
    cuts |= {trait: _cut_of_trait(nets[trait], tuning, trait) for trait in TRAITS}
    target.mkdir(parents=True, exist_ok=True)
    save(target / HEADS, nets)
    manifest = {
        "encoder": encoder.model_id,
        "lanes": LANES,
        "cuts": cuts,
        "licence": "Apache-2.0",
        "command": "manage.py teach_encoder",
        "files": {HEADS: sha256(target / HEADS)},
    }
    (target / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return nets, cuts


def _cut(nets: Nets, given: Rows, name: str) -> float:
    numbers = group(*GROUPS[name])
    others = nets.chances(given.vectors)[:, numbers].sum(1)[~is_of(given, numbers)]
    least = LEAST_DOUBT if name == "doubt" else LEAST
    return round(max(least, float(np.quantile(others, 1 - FALSE[name]))), 4)


def _cut_of_trait(nets: Nets, given: Rows, trait: str) -> float:
    others = nets.chances(given.vectors)[~np.array(given.traits[trait]), 1]
    return round(max(LEAST, float(np.quantile(others, 1 - FALSE[trait]))), 4)


class Likelihood(NamedTuple):
    """The numbers of retrieval/likelihood.py."""

    slope: float
    nothing: float
    lead: float

    def log_odds(self, score: Any, rival: Any) -> Any:
        """Of one score or of many, with the strongest rival of each."""
        return self.slope * (score - self.nothing) + self.lead * (score - rival)


LOOKED_AT = 5


def fit_likelihood(found: Sequence[Ranked]) -> Likelihood:
    """By logistic regression on the best few texts of every question."""
    inputs, answers = [], []
    for each in found:
        for place, score in enumerate(each.scores[:LOOKED_AT]):
            rival = each.scores[0] if place else each.scores[1]
            inputs.append((score, rival))
            answers.append(each.keys[place] in each.question.right)
    scores, rivals = np.array(inputs).T
    right = np.array(answers, float)

    def lost(weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        odds = Likelihood(*weights).log_odds(scores, rivals)
        return float(np.mean(np.logaddexp(0, odds) - right * odds))

    fitted = minimize(lost, np.array([20.0, 0.6, 8.0]), method="Nelder-Mead")
    return Likelihood(*(round(float(each), 3) for each in fitted.x))


def shares_by_likelihood(found: Sequence[Ranked], fitted: Likelihood, sure: float) -> str:
    """What is given as the answer from `sure` on, right and wrong, and of what nothing answers."""
    answerable = [each for each in found if each.question.kind == "answer"]
    nothing = [each for each in found if each.question.kind == "none"]

    def is_sure(each: Ranked) -> bool:
        odds = fitted.log_odds(*each.scores[:2])
        return float(1 / (1 + np.exp(-odds))) >= sure

    right = np.mean([is_sure(each) and each.is_right for each in answerable])
    wrong = np.mean([is_sure(each) and not each.is_right for each in answerable])
    said = np.mean([is_sure(each) for each in nothing])
    return f"from {sure:.2f}: right {right:.3f}, wrong {wrong:.3f}, said of nothing {said:.3f}"
