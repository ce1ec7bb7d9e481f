"""Where a training run stands, kept so that a killed one can go on."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from peft import PeftModel, get_peft_model_state_dict, set_peft_model_state_dict

from llm.base import ModelError
from llm.training.examples import Example

if TYPE_CHECKING:
    from llm.training.finetune import Recipe

CHECKPOINT = "checkpoint.pt"
# May differ between the run that was killed and the one that goes on.
_FREE = ("minutes", "threads", "checkpoint_every")


def fingerprint(recipe: "Recipe", lessons: Sequence[Example]) -> str:
    """Of all that decides what each step learns."""
    settings = {name: value for name, value in asdict(recipe).items() if name not in _FREE}
    return hashlib.sha256(repr((settings, list(lessons))).encode()).hexdigest()


class Checkpoint:
    """`folder`/checkpoint.pt: the adapter, the optimizer, the steps done and the seconds spent."""

    def __init__(
        self, folder: Path, model: PeftModel, optimizer: torch.optim.Optimizer, of: str
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / CHECKPOINT
        self._model = model
        self._optimizer = optimizer
        self._of = of

    def save(self, step: int, seconds: float) -> None:
        state = {
            "of": self._of,
            "step": step,
            "seconds": seconds,
            # Not "auto": that asks a hub.
            "adapter": get_peft_model_state_dict(self._model, save_embedding_layers=False),
            "optimizer": self._optimizer.state_dict(),
        }
        partial = self._path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self._path)

    def restore(self) -> tuple[int, float]:
        """The steps done and seconds spent so far, (0, 0.0) where nothing was begun.

        Raises a permanent `ModelError` if another run, or nothing readable, is in the folder.
        """
        if not self._path.exists():
            return 0, 0.0
        state = self._read()
        if state["of"] != self._of:
            raise ModelError(
                f"{self._path} was begun with other settings or lessons: delete it, "
                "or choose another name",
                permanent=True,
            )
        set_peft_model_state_dict(self._model, state["adapter"])
        self._optimizer.load_state_dict(state["optimizer"])
        return state["step"], state["seconds"]

    def _read(self) -> dict[str, Any]:
        try:
            return torch.load(self._path, weights_only=True)
        except Exception as error:  # torch and pickle raise whatever they stumble over
            raise ModelError(f"{self._path} cannot be read: {error}", permanent=True) from error
