"""Why a model's words are not let out."""

from typing import Literal

Failure = Literal[
    "number",
    "price",
    "time",
    "date",
    "phone",
    "url",
    "name",
    "polarity",
    "promise",
    "markup",
    "leak",
    "unsupported",
    "repetition",
    "denial",
]
"""Why a sentence of a model was not let out: one word, so that statistics can count it."""
