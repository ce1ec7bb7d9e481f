"""What a question is about says how hard it is: of some topics texts often tell only a part, or
search takes their neighbours for them. A kNN router knows this; here it is one of many measures.
"""

from pathlib import Path
from typing import Any

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float32]]

MODEL = "all-MiniLM-L6-v2-int8@3fe0293f46c1"
"""Whose vectors the weights are of; with any other model the topic says nothing."""

# Fitted together with the weights of llm/router.py, by benchmarks/router.py; its first number
# brings the mean question to 0, so that a question without a known topic is like the mean one.
_WEIGHTS: Vector = np.load(Path(__file__).with_name("topic.npy"))


def topic_of(vector: Vector, model_id: str) -> float:
    """What a question's topic adds to the log odds of `llm.router.difficulty`, about -2 … 2.

    `vector` of shape (dimensions,) and length 1 is the question's by the embedder `model_id`.
    """
    if model_id != MODEL:
        return 0.0
    return float(_WEIGHTS[0] + vector @ _WEIGHTS[1:])
