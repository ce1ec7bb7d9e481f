"""Teaches a base model by low-rank adaptation (LoRA, arXiv:2106.09685); a kill costs little.

The weights stay as they are; every linear layer W gets a trained B·A of rank r beside it. Only the
words of the answers are learnt: their logits alone are computed, as the vocabulary is large.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch.nn.functional import cross_entropy
from tqdm import tqdm
from transformers import PreTrainedModel

from llm.training.adapter import PROJECTIONS
from llm.training.checkpoint import Checkpoint, fingerprint
from llm.training.examples import Batch, Example, batches

_IGNORED = -100
_LOG_EVERY, _DEV_EVERY = 10, 200
_BETAS = (0.9, 0.99)


@dataclass(frozen=True)
class Recipe:
    """How to train. `batch_tokens` counts padding; `warm_up` is a share of the whole. Blocks before
    `first_block` are left alone, and cost no time backwards.

    With `minutes` training ends by then, its learning rate brought down to nothing as it would be
    at the end of the last epoch; which rows it saw then depends on the machine.
    """

    rank: int = 16
    alpha: int = 32
    first_block: int = 0
    learning_rate: float = 4e-4
    epochs: int = 1
    minutes: float | None = None
    batch_tokens: int = 1024
    warm_up: float = 0.05
    clip: float = 1.0
    seed: int = 0
    checkpoint_every: int = 50
    threads: int | None = None

    def learning_rate_at(self, progress: float) -> float:
        """Up from nothing, then down to it in a straight line; `progress` from 0 to 1."""
        return self.learning_rate * min(
            progress / self.warm_up, (1 - progress) / (1 - self.warm_up)
        )


def with_adapter(base: PreTrainedModel, recipe: Recipe) -> PeftModel:
    """`base` with an adapter, which does nothing yet, on the linear layers of its blocks."""
    torch.manual_seed(recipe.seed)
    config = LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        target_modules=list(PROJECTIONS),
        layers_to_transform=list(range(recipe.first_block, base.config.num_hidden_layers)),
    )
    return get_peft_model(base, config)


def finetune(
    base: PreTrainedModel,
    lessons: Sequence[Example],
    dev: Sequence[Example],
    recipe: Recipe,
    folder: Path,
) -> PeftModel:
    """`base` taught `lessons`, on a GPU if there is one; `folder` keeps a checkpoint and log.jsonl.

    A run that was killed goes on where the checkpoint in `folder` left it. Raises a permanent
    `ModelError` if that one was begun with other settings or lessons.
    """
    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    run = _Run(with_adapter(base, recipe), lessons, recipe, folder)
    dev_batches = batches(dev, recipe.batch_tokens, "dev")
    with (folder / "log.jsonl").open("a") as log:
        for line in run.steps():
            if line["step"] % _DEV_EVERY == 0 or line["minutes_left"] == 0:
                line["dev_loss"] = round(run.loss_of(dev_batches), 4)
            log.write(json.dumps(line) + "\n")
            log.flush()
    return run.model


class _Run:
    def __init__(
        self, model: PeftModel, lessons: Sequence[Example], recipe: Recipe, folder: Path
    ) -> None:
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = model.to(self._device)
        self._recipe = recipe
        self._weights = [each for each in model.parameters() if each.requires_grad]
        self._optimizer = torch.optim.AdamW(
            self._weights, betas=_BETAS, weight_decay=0.0, fused=True
        )
        self._batches = [
            batch
            for epoch in range(recipe.epochs)
            for batch in batches(lessons, recipe.batch_tokens, f"{recipe.seed}-{epoch}")
        ]
        self._checkpoint = Checkpoint(folder, model, self._optimizer, fingerprint(recipe, lessons))
        self._step, self._seconds = self._checkpoint.restore()

    def steps(self) -> Iterator[dict[str, Any]]:
        """Trains to the end; a line for the log now and then."""
        losses: list[float] = []
        rows, started, before = 0, time.monotonic(), self._seconds
        with tqdm(total=len(self._batches), initial=self._step, unit=" steps") as bar:
            while (progress := self._progress()) < 1:
                batch = self._batches[self._step]
                losses.append(self._learn(batch, self._recipe.learning_rate_at(progress)))
                rows += len(batch)
                self._step += 1
                self._seconds = before + time.monotonic() - started
                bar.update()
                done = self._progress()
                if self._step % self._recipe.checkpoint_every == 0 or done == 1:
                    self._checkpoint.save(self._step, self._seconds)
                if self._step % _LOG_EVERY == 0 or done == 1:
                    loss = sum(losses) / len(losses)
                    bar.set_postfix(loss=f"{loss:.3f}")
                    yield {
                        "step": self._step,
                        "of": len(self._batches),
                        "loss": round(loss, 4),
                        "rows_a_second": round(rows / (self._seconds - before), 2),
                        "minutes_left": round(self._seconds * (1 / done - 1) / 60, 2),
                    }
                    losses.clear()

    def _progress(self) -> float:
        """Of the steps or of the minutes, whichever end sooner."""
        minutes = self._recipe.minutes
        spent = self._seconds / 60 / minutes if minutes else 0.0
        return min(1.0, max(self._step / len(self._batches), spent))

    def _learn(self, batch: Batch, learning_rate: float) -> float:
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate
        loss = self._loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._weights, self._recipe.clip)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return loss.item()

    def loss_of(self, found: Sequence[Batch]) -> float:
        """Nats a token of the answers."""
        tokens = [sum(len(example.answer) for example in batch) for batch in found]
        with torch.no_grad():
            losses = [self._loss(batch).item() for batch in found]
        return sum(loss * count for loss, count in zip(losses, tokens, strict=True)) / sum(tokens)

    def _loss(self, batch: Batch) -> torch.Tensor:
        ids, targets = (each.to(self._device) for each in padded(batch))
        llama = self.model.get_base_model()
        # 1.5 to 1.9 times as fast as 32 bits on two cores with AVX512-BF16.
        with torch.autocast(self._device.type, torch.bfloat16):
            # No mask: a token never looks ahead, and the padding is behind.
            hidden = llama.model(input_ids=ids, use_cache=False).last_hidden_state
            logits = llama.lm_head(hidden[targets != _IGNORED])
        return cross_entropy(logits.float(), targets[targets != _IGNORED])


def padded(batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens, and at each position the token to write next if it is one of the answer's.

    Both of shape (examples, longest example).
    """
    longest = max(example.length for example in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    targets = torch.full((len(batch), longest), _IGNORED)
    for row, (prompt, answer) in enumerate(batch):
        ids[row, : len(prompt) + len(answer)] = torch.tensor(prompt + answer)
        targets[row, len(prompt) - 1 : len(prompt) + len(answer) - 1] = torch.tensor(answer)
    return ids, targets
