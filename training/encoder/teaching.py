"""Teaches the encoder two things at once: which text answers, and what kind of message it is.

- Texts: the softmax over the texts of the house and "nothing answers", a learned score, of the
  cosines times a learned steepness (listwise, as in DPR, arXiv:2004.04906, with the house's own
  texts as the negatives).
- Lanes: a linear head on the question's vector. It makes the vector tell a danger from an idiom;
  the head that ships is fitted afterwards, on the vectors as they are then (lane_heads.py).

The word table and positions stay as published. About 4,000 pieces a second on two cores with AMX.
"""

import math
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import nn

from encoder.words import DIMENSIONS, words
from reading.heads import STRETCH
from training import desk
from training.encoder.lane_heads import QUESTIONS_WEIGH
from training.encoder.lessons import Lesson, lessons
from training.encoder.reading import Embedding
from training.encoder.weights import published
from training.lanes import LANES
from training.memory import keep_memory
from training.pace import climb_and_fall

SEED = 0
RATE = 1.5e-4
HEAD_RATE = 2e-3
SCALAR_RATE = 1e-2
WARM_UP, LEAST = 30, 0.01
LANES_WEIGH = 0.35

Say = Callable[[str], None]


class Pupil(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.reader = Embedding(published(words()), words())
        self.head = nn.Linear(DIMENSIONS, len(LANES))
        self.steepness = nn.Parameter(torch.tensor(math.log(20.0)))
        self.nothing = nn.Parameter(torch.tensor(0.75))
        for parameter in self.reader.model.embeddings.parameters():
            parameter.requires_grad_(False)

    def loss(self, lesson: Lesson) -> torch.Tensor:
        guests = self.reader(lesson.guests, "query")
        texts = self.reader(lesson.texts, "passage")
        return self._texts(guests, texts, lesson) + LANES_WEIGH * self._lanes(guests, lesson)

    def _texts(self, guests: torch.Tensor, texts: torch.Tensor, lesson: Lesson) -> torch.Tensor:
        teaches = [row for row, right in enumerate(lesson.right) if right is not None]
        cosines = guests[teaches] @ texts.T
        nothing = self.nothing.expand(len(teaches), 1)
        chances = torch.log_softmax(torch.cat([cosines, nothing], 1) * self.steepness.exp(), 1)
        wanted = torch.zeros_like(chances)
        for row, number in enumerate(teaches):
            right = lesson.right[number] or [len(lesson.texts)]
            wanted[row, right] = 1 / len(right)
        return -(wanted * chances).sum(1).mean()

    def _lanes(self, guests: torch.Tensor, lesson: Lesson) -> torch.Tensor:
        chances = torch.log_softmax(self.head(guests * STRETCH), 1)
        plain = [LANES.index("question")]
        weights = torch.tensor([QUESTIONS_WEIGH if each == plain else 1.0 for each in lesson.lanes])
        found = [
            torch.logsumexp(row[each], 0) for row, each in zip(chances, lesson.lanes, strict=True)
        ]
        return -(torch.stack(found) * weights).sum() / weights.sum()


def teach(epochs: int, kept: Path, say: Say) -> Pupil:
    """A taught pupil; its state is kept in `kept` after each epoch, and gone on from there.

    Raises EncoderError if the package with the published weights is missing.
    """
    torch.manual_seed(SEED)
    keep_memory()
    pupil = Pupil()
    known = desk.houses()
    asked = desk.questions(known, "taught")
    messages = desk.messages("taught")
    one_epoch = sum(1 for _ in lessons(known, asked, messages, random.Random(SEED)))
    optimizer = _optimizer(pupil)
    pace = climb_and_fall(optimizer, epochs * one_epoch, WARM_UP, LEAST)
    done = _resume(kept, pupil, optimizer, pace)
    say(f"{len(asked)} questions, {len(messages)} messages, {one_epoch} steps an epoch")
    for epoch in range(done, epochs):
        chance = random.Random(SEED + epoch)
        for line in _epoch(pupil, optimizer, pace, lessons(known, asked, messages, chance)):
            say(f"epoch {epoch + 1} of {epochs}, {line}")
        torch.save(
            {
                "epochs": epoch + 1,
                "pupil": pupil.state_dict(),
                "optimizer": optimizer.state_dict(),
                "pace": pace.state_dict(),
            },
            kept,
        )
    return pupil.eval()


def _epoch(
    pupil: Pupil,
    optimizer: torch.optim.Optimizer,
    pace: torch.optim.lr_scheduler.LRScheduler,
    each: Iterator[Lesson],
) -> Iterator[str]:
    pupil.train()
    started, lost = time.monotonic(), 0.0
    for step, lesson in enumerate(each, 1):
        loss = pupil.loss(lesson)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(pupil.parameters(), 1.0)
        optimizer.step()
        pace.step()
        lost += float(loss.detach())
        if step % 10 == 0:
            yield f"step {step}, loss {lost / 10:.3f}, {time.monotonic() - started:.0f} s"
            lost = 0.0


def _optimizer(pupil: Pupil) -> torch.optim.Optimizer:
    layers = [each for each in pupil.reader.parameters() if each.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": layers, "lr": RATE},
            {"params": pupil.head.parameters(), "lr": HEAD_RATE},
            {"params": [pupil.steepness, pupil.nothing], "lr": SCALAR_RATE},
        ],
        weight_decay=0.01,
    )


def _resume(
    kept: Path,
    pupil: Pupil,
    optimizer: torch.optim.Optimizer,
    pace: torch.optim.lr_scheduler.LRScheduler,
) -> int:
    """How many epochs an earlier run has done already."""
    if not kept.exists():
        return 0
    state = torch.load(kept)
    pupil.load_state_dict(state["pupil"])
    optimizer.load_state_dict(state["optimizer"])
    pace.load_state_dict(state["pace"])
    epochs: int = state["epochs"]
    return epochs
