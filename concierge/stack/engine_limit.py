"""An engine that only dies is left alone, and its card says so to whoever asks for its model."""

from dataclasses import replace
from pathlib import Path

from llm.backends.card import CardReader, publish

DEATHS = 3  # in a row and without an answer: a crash that comes back, not an accident


class EngineLimit:
    """Counts the deaths of the engine that serves on `socket`."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._cards = CardReader(socket)
        self._deaths = 0

    def reached(self, how_it_ended: str) -> str:
        """After a death: the sentence that says why it is left alone; empty if it may try again."""
        card = self._cards.card()
        self._deaths = 1 if card.answered else self._deaths + 1
        given_up = self._deaths >= DEATHS
        trouble = _sentence(how_it_ended) if given_up else card.trouble
        # What it had answered must not count again where the next one dies before its own card.
        publish(replace(card, answered=False, trouble=trouble), self._socket)
        return trouble if given_up else ""

    def is_lifted(self) -> bool:
        """Somebody took the sentence away: a new model was promoted, say."""
        if self._cards.card().trouble:
            return False
        self._deaths = 0
        return True


def _sentence(how_it_ended: str) -> str:
    return (
        f"The local model is switched off, because its process died {DEATHS} times without an "
        f"answer ({how_it_ended}), so guests get the staff's own words: run make engine to "
        f"compile llama.cpp for this processor, and start again (docs/engine.md)."
    )
