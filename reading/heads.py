"""What kind of message a guest's is, by small networks on the encoder's vector.

Their probabilities are averaged (training/encoder/lane_heads.py). They hold for the encoder that
they were fitted on, and for no other.
"""

import functools
import threading
from pathlib import Path
from typing import NamedTuple

import numpy as np

from encoder import EncoderError, Vector, Vectors, encoder
from encoder.files import REMEDY, Files

TAUGHT = Path(__file__).resolve().parent / "taught"
HEADS = "heads.npz"
STRETCH = 20.0
"""The networks read vectors of this length."""
KIND = "kind"
"""The networks that tell the lanes apart; the others say of one trait each whether it is there."""


class Nets(NamedTuple):
    """Several networks of one hidden layer (ReLU), stacked: `inner` of shape (nets, DIMENSIONS,
    hidden), `outer` (nets, hidden, lanes), the biases without their middle dimension."""

    inner: Vectors
    inner_bias: Vectors
    outer: Vectors
    outer_bias: Vectors

    def chances(self, vectors: Vectors) -> Vectors:
        """Vectors of shape (rows, DIMENSIONS) and length 1 → (rows, lanes), each row 1 in all."""
        hidden = np.maximum(vectors * STRETCH @ self.inner + self.inner_bias[:, None], 0)
        odds = hidden @ self.outer + self.outer_bias[:, None]
        powers = np.exp(odds - odds.max(-1, keepdims=True))
        shares: Vectors = (powers / powers.sum(-1, keepdims=True)).mean(0)
        return shares


def save(path: Path, nets: dict[str, Nets]) -> None:
    arrays = {
        f"{name}.{field}": array
        for name, each in nets.items()
        for field, array in each._asdict().items()
    }
    np.savez(path, **arrays)


def _load(path: Path) -> dict[str, Nets]:
    with np.load(path) as stored:
        names = dict.fromkeys(key.partition(".")[0] for key in stored.files)
        return {
            name: Nets(*(stored[f"{name}.{field}"] for field in Nets._fields)) for name in names
        }


class Heads:
    """Cheap to build and safe to use from several threads; the first message loads the weights."""

    def __init__(self, directory: Path = TAUGHT) -> None:
        self._files = Files(directory, HEADS)
        self._lock = threading.Lock()
        self._nets: dict[str, Nets] | None = None

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
        """Lane → its probability (0 … 1, 1 in all) for a message's `vector` (DIMENSIONS,), and
        beside them trait → how likely the message has it.

        Raises EncoderError if a file is missing or damaged.
        """
        shares = {name: each.chances(vector[None])[0] for name, each in self._loaded().items()}
        traits = {name: float(each[1]) for name, each in shares.items() if name != KIND}
        return dict(zip(self.lanes, shares[KIND].tolist(), strict=True)) | traits

    def _loaded(self) -> dict[str, Nets]:
        with self._lock:
            if self._nets is None:
                self._nets = _load(self._files.verified())
            return self._nets


@functools.cache
def heads() -> Heads:
    """This process's own. Raises EncoderError if they were fitted on another encoder."""
    ours = Heads()
    if ours.fitted_on != encoder().model_id:
        raise EncoderError(f"The heads in {TAUGHT} are for {ours.fitted_on}. {REMEDY}")
    return ours
