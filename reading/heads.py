"""What kind of message a guest's is, by linear heads on the encoder's vector.

Multinomial logistic regression (training/encoder/lane_heads.py). The heads hold for the encoder
that they were fitted on, and for no other.
"""

import functools
import threading
from pathlib import Path
from typing import Any

import numpy as np

from encoder import EncoderError, Vector, encoder
from encoder.files import REMEDY, Files

TAUGHT = Path(__file__).resolve().parent / "taught"
HEADS = "heads.npy"


class Heads:
    """Cheap to build and safe to use from several threads; the first message loads the weights."""

    def __init__(self, directory: Path = TAUGHT) -> None:
        self._files = Files(directory)
        self._lock = threading.Lock()
        self._weights: np.ndarray[Any, np.dtype[np.float32]] | None = None

    @property
    def lanes(self) -> list[str]:
        """The kinds that are told apart. Raises EncoderError."""
        lanes: list[str] = self._files.manifest["lanes"]
        return lanes

    @property
    def fitted_on(self) -> str:
        """The id of the encoder whose vectors they read. Raises EncoderError."""
        encoder_id: str = self._files.manifest["encoder"]
        return encoder_id

    @property
    def cuts(self) -> dict[str, float]:
        """From which probability on a group of kinds counts as found. Raises EncoderError."""
        cuts: dict[str, float] = self._files.manifest["cuts"]
        return cuts

    def chances(self, vector: Vector) -> dict[str, float]:
        """Lane → its probability (0 … 1, 1 in all) for a message's `vector` (DIMENSIONS,).

        Raises EncoderError if a file is missing or damaged.
        """
        weights = self._loaded()
        odds = weights[:, :-1] @ vector + weights[:, -1]
        powers = np.exp(odds - odds.max())
        return dict(zip(self.lanes, (powers / powers.sum()).tolist(), strict=True))

    def _loaded(self) -> np.ndarray[Any, np.dtype[np.float32]]:
        with self._lock:
            if self._weights is None:
                weights = np.load(self._files.verified(HEADS))
                if len(weights) != len(self.lanes):
                    raise EncoderError(f"{HEADS} and its manifest are of two versions.")
                self._weights = weights
            return self._weights


@functools.cache
def heads() -> Heads:
    """This process's own. Raises EncoderError if they were fitted on another encoder."""
    ours = Heads()
    if ours.fitted_on != encoder().model_id:
        raise EncoderError(f"The heads in {TAUGHT} are for {ours.fitted_on}. {REMEDY}")
    return ours
