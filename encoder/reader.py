"""How likely a text answers a question, by reading both together.

The encoder reads each by itself, so it tells what a text is about; whether it answers takes both at
once (a cross-encoder, arXiv:1901.04085), on the lower layers of the same model. A pair of 70 pieces
takes about 8 ms on one core, so only the few best texts are read, and only where it matters.
"""

import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from encoder.encoder import Encoder, Runtime, session_of
from encoder.files import Files
from encoder.texts import clean

TAUGHT = Path(__file__).resolve().parent / "taught" / "reader"
LAYERS = "layers.onnx"
QUESTION_PIECES, PAIR_PIECES = 64, 160
"""Pieces of a question, and of both together, that are read; as while it was taught."""
LONGEST_QUESTION, LONGEST_TEXT = 400, 1_000
"""Characters looked at before that."""
STEEPEST = 60.0
"""Log odds beyond this say no more."""


class Weights(NamedTuple):
    """Of what is known of a text, in log odds: the reader's own, how far they are ahead of the
    strongest rival's, the score that the encoder ranks by, and how far that is ahead."""

    constant: float
    odds: float
    odds_ahead: float
    score: float
    score_ahead: float


class Reader:
    """Cheap to build: the first pair loads the model. Safe to use from several threads at once."""

    def __init__(self, words_of: Encoder, directory: Path = TAUGHT) -> None:
        self._encoder = words_of
        self._files = Files(directory, LAYERS)
        self._lock = threading.Lock()
        self._loaded: Runtime | None = None

    def log_odds(self, question: str, texts: Sequence[str]) -> list[float]:
        """For each text, the log odds that it answers rather than that nothing here does.

        Each pair by itself, for the reason in `Encoder.texts`. Raises EncoderError if a file is
        missing or damaged.
        """
        runtime = self._runtime()

        def pieces(role: str, written: str) -> list[int]:
            found: list[int] = runtime.tokenizer.encode(f"{role}: {clean(written)}").ids
            return found

        asked = pieces("query", question[:LONGEST_QUESTION])
        return [
            _odds(runtime, pair_of(asked, pieces("passage", text[:LONGEST_TEXT]))) for text in texts
        ]

    def chances(self, question: str, texts: Sequence[str], scores: Sequence[float]) -> list[float]:
        """How likely each of a few texts answers, 0 … 1; `scores` are what they are ranked by.

        Raises EncoderError.
        """
        weights = Weights(**self._files.manifest["weights"])
        return [
            probability(each) for each in weighed(self.log_odds(question, texts), scores, weights)
        ]

    def _runtime(self) -> Runtime:
        with self._lock:
            if self._loaded is None:
                shared = self._encoder.runtime()
                session = session_of(self._files.verified())
                self._loaded = shared._replace(session=session)
            return self._loaded


def _odds(runtime: Runtime, pieces: list[int]) -> float:
    (odds,) = runtime.session.run(None, {"words": runtime.words.vectors(pieces)[None]})
    return float(odds[0])


def probability(log_odds: float) -> float:
    """0 … 1, of log odds of any size."""
    return 1 / (1 + math.exp(-max(-STEEPEST, min(STEEPEST, log_odds))))


def weighed(odds: Sequence[float], scores: Sequence[float], weights: Weights) -> list[float]:
    """Log odds that each of a few texts answers, from the reader's and from the scores: a logistic
    of both and of their leads (Platt 1999)."""
    return [
        weights.constant
        + weights.odds * odd
        + weights.odds_ahead * (odd - rival_odds)
        + weights.score * score
        + weights.score_ahead * (score - rival_score)
        for odd, rival_odds, score, rival_score in zip(
            odds, rivals(odds), scores, rivals(scores), strict=True
        )
    ]


def rivals(values: Sequence[float]) -> list[float]:
    """For each the greatest of the others; itself where it is alone."""
    return [
        max([other for at, other in enumerate(values) if at != place], default=value)
        for place, value in enumerate(values)
    ]


def pair_of(question: Sequence[int], text: Sequence[int]) -> list[int]:
    """The pieces of both as the model was taught to read them: <s> question </s> </s> text </s>."""
    *begun, end = question
    first = [*begun[: QUESTION_PIECES - 1], end]
    return [*first, end, *text[1:]][:PAIR_PIECES]
