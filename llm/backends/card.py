"""Which model the engine's process serves and what is wrong with it, in a file beside its socket.

The model is part of the key of every cached answer, and so asked for with every question, by
processes that have no line to the engine yet or have lost it. A look at the file costs a
microsecond. It stays when the engine dies: then whoever watches over it notes why it is left alone.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from llm.base import Backend


@dataclass(frozen=True, slots=True)
class Card:
    """As in `Backend`: `languages` is None for any, `max_answer_tokens` 0 if nothing is said.

    `answered` tells whether this engine has given an answer since it started.
    """

    model_id: str
    languages: frozenset[str] | None
    max_answer_tokens: int
    trouble: str = ""
    answered: bool = False


UNKNOWN = Card(model_id="unknown", languages=None, max_answer_tokens=0)
"""Where no card can be read: no engine has run here yet."""


def card_of(backend: Backend, answered: bool = False) -> Card:
    return Card(
        backend.model_id, backend.languages, backend.max_answer_tokens, backend.trouble, answered
    )


def publish(card: Card, socket: Path) -> None:
    """Readers see the card of before or this one, never a part."""
    draft = _path(socket).with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_bytes(orjson.dumps(card, default=sorted))
    draft.replace(_path(socket))


def clear_trouble(socket: Path) -> None:
    """Something was done about it: an engine that was left alone is worth another try."""
    card = CardReader(socket).card()
    if card.trouble:
        publish(replace(card, trouble=""), socket)


class CardReader:
    """What was published last. It is kept when the engine ends: the next one mostly serves the same
    model. From any thread.
    """

    def __init__(self, socket: Path) -> None:
        self._path = str(_path(socket))
        self._read: tuple[tuple[int, int], Card] = (0, 0), UNKNOWN

    def card(self) -> Card:
        try:
            found = os.stat(self._path)
            version = found.st_ino, found.st_mtime_ns
            if self._read[0] != version:
                self._read = version, self._parse()
            return self._read[1]
        except (OSError, ValueError, KeyError, TypeError):  # A power cut may leave it empty.
            return UNKNOWN

    def _parse(self) -> Card:
        with open(self._path, "rb") as file:
            given = orjson.loads(file.read())
        languages = given["languages"]
        return Card(
            given["model_id"],
            None if languages is None else frozenset(languages),
            given["max_answer_tokens"],
            given.get("trouble", ""),
            given.get("answered", False),
        )


def _path(socket: Path) -> Path:
    return socket.with_suffix(".json")
