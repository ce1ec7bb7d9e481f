"""Teaches the reader: question and text together, on the lower layers of the taught encoder.

The softmax over a few texts and "nothing answers", whose log odds are 0, so that a text's own are
those that it answers rather than nothing (listwise, as in RankT5, arXiv:2210.10634); and beside it
each text by itself, so that of two that answer together both are told.
"""

import copy
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, gelu
from transformers import BertModel

from encoder.reader import PAIR_PIECES, pair_of
from encoder.tokens import tokenizer_of
from encoder.words import DIMENSIONS, Words, words
from training.encoder.lessons import behind_another, mistyped
from training.encoder.measuring import Ranked
from training.memory import keep_memory
from training.pace import climb_and_fall
from training.reader.pairs import chosen
from training.rows import firsts, means, states

SEED = 0
LAYERS = 6
HIDDEN = 192
QUESTIONS = 48
RATE = 1.5e-4
HEAD_RATE = 1e-3
WARM_UP, LEAST = 40, 0.02
EACH_WEIGHS = 0.3

Say = Callable[[str], None]


class Pairs(nn.Module):
    """Log odds of pairs: from the mean and the first state, through one hidden layer."""

    def __init__(self, model: BertModel, words: Words) -> None:
        super().__init__()
        self.model = copy.deepcopy(model)
        self.model.encoder.layer = self.model.encoder.layer[:LAYERS]
        self.inner = nn.Linear(2 * DIMENSIONS, HIDDEN)
        self.outer = nn.Linear(HIDDEN, 1)
        self._padding = words.special.padding
        self._tokenizer = tokenizer_of(words)
        for parameter in self.model.embeddings.parameters():
            parameter.requires_grad_(False)

    def pieces(self, question: str, text: str) -> list[int]:
        encode = self._tokenizer.encode
        return pair_of(encode(f"query: {question}").ids, encode(f"passage: {text}").ids)

    def forward(self, pairs: Sequence[Sequence[int]]) -> torch.Tensor:
        """Log odds of shape (len(pairs),)."""
        order: list[int] = []
        parts = []
        for numbers, found, owners in states(self.model, pairs, PAIR_PIECES, self._padding):
            order += numbers
            parts.append(torch.cat([means(found, owners), firsts(found, owners)], 1))
        odds: torch.Tensor = self.head(torch.cat(parts))
        return odds[torch.tensor(order).argsort()]

    def head(self, seen: torch.Tensor) -> torch.Tensor:
        odds: torch.Tensor = self.outer(gelu(self.inner(seen)))[:, 0]
        return odds


def teach(model: BertModel, learned: list[Ranked], epochs: int, kept: Path, say: Say) -> Pairs:
    """A taught reader; it begins as the lower layers of `model`, and is kept after each epoch."""
    torch.manual_seed(SEED)
    keep_memory()
    pupil = Pairs(model, words())
    steps = epochs * (len(learned) // QUESTIONS)
    optimizer = _optimizer(pupil)
    pace = climb_and_fall(optimizer, steps, WARM_UP, LEAST)
    say(f"{len(learned)} questions, {steps} steps")
    chance, started = random.Random(SEED), time.monotonic()
    for step, loss in enumerate(_losses(pupil, learned, epochs, chance), 1):
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(pupil.parameters(), 1.0)
        optimizer.step()
        pace.step()
        if step % 20 == 0:
            took = time.monotonic() - started
            say(f"step {step} of {steps}, loss {float(loss.detach()):.3f}, {took:.0f} s")
        if step % (steps // epochs) == 0:
            torch.save(pupil.state_dict(), kept)
    return pupil.eval()


def _losses(
    pupil: Pairs, learned: list[Ranked], epochs: int, chance: random.Random
) -> Iterator[torch.Tensor]:
    by_house: dict[str, list[Ranked]] = {}
    for case in learned:
        by_house.setdefault(case.house.id, []).append(case)
    asked_there = {id: [each.question for each in found] for id, found in by_house.items()}
    for _ in range(epochs):
        chance.shuffle(learned)
        for at in range(0, len(learned) - QUESTIONS + 1, QUESTIONS):
            pairs: list[list[int]] = []
            answers: list[list[bool]] = []
            for case in learned[at : at + QUESTIONS]:
                others = asked_there[case.house.id]
                said = mistyped(behind_another(case.question, others, chance), chance)
                few = chosen(case, chance)
                pairs += [pupil.pieces(said, case.house.texts[key]) for key, _ in few]
                answers.append([does for _, does in few])
            yield _loss(pupil(pairs), answers)


def _loss(odds: torch.Tensor, answers: list[list[bool]]) -> torch.Tensor:
    total, start = torch.zeros(()), 0
    for each in answers:
        of_these = odds[start : start + len(each)]
        start += len(each)
        does = torch.tensor(each, dtype=torch.float)
        wanted = torch.cat([does, torch.tensor([0.0 if any(each) else 1.0])])
        chances = torch.log_softmax(torch.cat([of_these, torch.zeros(1)]), 0)
        total = total - (wanted / wanted.sum() * chances).sum()
        total = total + EACH_WEIGHS * binary_cross_entropy_with_logits(
            of_these, does, reduction="sum"
        )
    return total / len(answers)


def _optimizer(pupil: Pairs) -> torch.optim.Optimizer:
    layers = [each for each in pupil.model.parameters() if each.requires_grad]
    heads = [*pupil.inner.parameters(), *pupil.outer.parameters()]
    groups = [{"params": layers, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}]
    return torch.optim.AdamW(groups, weight_decay=0.01)
