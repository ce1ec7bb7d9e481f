"""Lessons in tokens, as the model reads and writes them when guests ask.

Text becomes tokens by llama.cpp's own tokenizer and the prompt by `llm.local_prompt`, as in
service: what the model learns is what it will be asked, token by token.
"""

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from llama_cpp import Llama

from llm.backends.llamacpp import quiet_llama_cpp
from llm.local_prompt import Tokenize, answer_tokens, chat_prompt, static_prefix
from llm.training.rows import Row

ROOM = 512
"""Tokens of a prompt. A longer lesson loses its last sources, as it would in service."""


class Example(NamedTuple):
    """What the model reads and what it should write, the end of its turn included."""

    prompt: list[int]
    answer: list[int]

    @property
    def length(self) -> int:
        return len(self.prompt) + len(self.answer)


Batch = list[Example]


def load_tokenizer(gguf: Path) -> Tokenize:
    """The tokenizer in `gguf`, without the weights. Raises `ValueError` if it cannot be read."""
    quiet_llama_cpp()
    vocabulary = Llama(str(gguf), vocab_only=True, verbose=False)

    def tokenize(text: str, markup: bool) -> list[int]:
        return vocabulary.tokenize(text.encode(errors="replace"), add_bos=False, special=markup)

    return tokenize


def examples(rows: Iterable[Row], tokenize: Tokenize, room: int = ROOM) -> list[Example]:
    """`rows` in tokens, without those whose answer stands in a source that was cut off."""
    prefix = static_prefix(tokenize)
    found = (_example(row, prefix, tokenize, room) for row in rows)
    return [example for example in found if example is not None]


def _example(row: Row, prefix: Sequence[int], tokenize: Tokenize, room: int) -> Example | None:
    prompt = chat_prompt(row.question, prefix, tokenize, room)
    if row.gold is not None and row.gold >= prompt.sources_shown:
        return None
    return Example(prompt.tokens, answer_tokens(row.answer, tokenize))


def batches(examples: Sequence[Example], tokens: int, seed: str) -> list[Batch]:
    """`examples` in batches of at most `tokens`, padding included, in an order set by `seed`.

    Those of one length go together, so that little is padded; a longer one goes alone.
    """
    chance = random.Random(seed)  # noqa: S311 (no secret depends on it)
    order = list(examples)
    chance.shuffle(order)
    found: list[Batch] = [[]]
    for example in sorted(order, key=lambda example: example.length):
        if found[-1] and (len(found[-1]) + 1) * example.length > tokens:
            found.append([])
        found[-1].append(example)
    chance.shuffle(found)
    return found
