"""What the distilled model is asked: the one shape of prompt that it was trained on.

No examples and a short instruction, so that reading it costs little; what never changes stands
first and is read once. The guest's and the staff's words are data: no control token counts in them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llm.base import ModelError, Question, Source

INSTRUCTION = "Answer the guest from the notes."
UNKNOWN = "I do not know."
"""What the model was taught to say where no note answers; the guard knows it."""
SOURCES_SHOWN = 3

Tokenize = Callable[[str, bool], list[int]]
"""Turns text into tokens; the flag says whether control tokens in the text count as such."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """`tokens` end where the answer begins and show the model the first `sources_shown` sources.

    `cut` says that the model could have been shown another one, had there been room.
    """

    tokens: list[int]
    sources_shown: int
    cut: bool


def static_prefix(tokenize: Tokenize) -> list[int]:
    """The tokens that every prompt begins with, so that they need to be read only once."""
    return tokenize(f"<|im_start|>system\n{INSTRUCTION}<|im_end|>\n<|im_start|>user\n", True)


def chat_prompt(question: Question, prefix: Sequence[int], tokenize: Tokenize, room: int) -> Prompt:
    """A ChatML prompt of at most `room` tokens, static prefix included, cut between sources.

    Raises a permanent `ModelError` if not even the best source fits.
    """
    after = tokenize("<|im_end|>\n<|im_start|>assistant\n", True)
    most = min(SOURCES_SHOWN, len(question.sources))
    for shown in range(most, 0, -1):
        turn = tokenize(_guest_turn(question, question.sources[:shown]), False)
        tokens = [*prefix, *turn, *after]
        if len(tokens) <= room:
            return Prompt(tokens, shown, cut=shown < most)
    raise ModelError("The question and its source do not fit the model", permanent=True)


def answer_tokens(answer: str, tokenize: Tokenize) -> list[int]:
    """What follows a prompt when the model gives `answer`, the end of its turn included."""
    return [*tokenize(answer, False), *tokenize("<|im_end|>", True)]


def _guest_turn(question: Question, sources: Sequence[Source]) -> str:
    """A line each, so that no words can pass for another's."""
    notes = [f"- {_one_line(f'{source.title} {source.text}')}" for source in sources]
    before = [f"Before: {_one_line(turn.question)}" for turn in question.history[-1:]]
    lines = [f"Notes of {_one_line(question.property_name)}:", *notes, *before]
    return "\n".join([*lines, f"Question: {_one_line(question.text)}"])


def _one_line(text: str) -> str:
    return " ".join(text.split())
