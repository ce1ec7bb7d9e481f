"""What is cached, and for whom."""

import json
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

from django.utils.crypto import salted_hmac


class Key(NamedTuple):
    """Who may be given an answer: guests of one property, of one audience, in one language.

    `recipe` names all that answers are made with: what another recipe made may be worse.
    """

    property_id: int
    audience: str
    language: str
    recipe: str

    def digest(self, words: str) -> str:
        """64 hexadecimal digits in the place of `words`: what guests ask is nobody's to read."""
        value = "\0".join((*map(str, self), words))
        return salted_hmac("retrieval.cache", value, algorithm="sha256").hexdigest()


@dataclass(frozen=True)
class Cached:
    """A whole answer as guests saw it, made from version `content_version` of the content.

    `sources` and `cards` are the frames' own JSON; `model` says who gave it then.
    """

    text: str
    sources: list[dict[str, Any]]
    cards: list[dict[str, Any]]
    model: str
    content_version: int

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Raises ValueError or TypeError for what `as_json` of this version did not write."""
        return cls(**json.loads(text))
