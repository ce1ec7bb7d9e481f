"""A guest who wants a person, or complains: found by fixed phrases, as dangers are (safety.py).

A wish ("can I speak to someone") and a complaint ("the shower is broken") go to the staff. A
question about the staff ("what is the front desk's number?") is a question like any other.
"""

from pathlib import Path
from typing import Literal, cast, get_args

from reading.wording import Phrases, plain, read

Wish = Literal["asked_for", "complaint"]

_TABLES = read(Path(__file__).with_name("person.toml"))
_INNOCENT = Phrases(_TABLES, "innocent")
_WISHES = Phrases(_TABLES, *get_args(Wish))


def wants(text: str) -> Wish | None:
    """Why the guest who writes `text` is handed to the staff, in any language of person.toml."""
    return cast("Wish | None", _WISHES.find(_INNOCENT.without(plain(text))))


def warm_up() -> None:
    """No guest waits for phrases to be compiled."""
    _WISHES.warm_up()
    _INNOCENT.warm_up()
