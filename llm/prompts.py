"""The words around a question, for each kind of model.

The guest's and the staff's words are data: in them control tokens do not count as such, and the
instructions stand before and apart from them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from llm.base import ModelError, Question

# Found by experiment with SmolLM2-135M-Instruct (docs/local-model.md). Asked to answer, it starts
# with a Yes or a No of its own and then bends the fact to fit; asked to copy, with examples of
# both polarities and none that starts so, it seldom errs. Given several notes it mixes them up.
SOURCES_SHOWN = 1
_INSTRUCTION = (
    "You are the concierge of a hotel or restaurant. Answer the guest with the sentence of the "
    "notes that answers the question. Copy it exactly."
)
_EXAMPLES = (
    (
        "What time is breakfast?",
        "Breakfast is served from 7:30 to 10:00 and costs 12 EUR.",
        "Breakfast is served from 7:30 to 10:00 and costs 12 EUR.",
    ),
    (
        "Is there a lift?",
        "The Old Mill does not have a lift.",
        "The Old Mill does not have a lift.",
    ),
    ("Do you have internet?", "WiFi is free in all rooms.", "WiFi is free in all rooms."),
    (
        "Can I pay by card?",
        "Visa and Mastercard are accepted.",
        "Visa and Mastercard are accepted.",
    ),
)

Tokenize = Callable[[str, bool], list[int]]
"""Text, and whether control tokens in it count as such, to tokens."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """`tokens` end where the answer begins; `sources_used` leading sources stand in them."""

    tokens: list[int]
    sources_used: int
