"""Fire, illness, a locked door, a threat: found by fixed phrases, before anything else is asked.

Statements alarm ("there is smoke in the corridor"), ordinary questions do not ("where is the fire
exit?", "is there a doctor nearby?"). What alarms is decided in safety.toml and nowhere else; no
model and no detected language takes part, so the same words always give the same answer.

Where words can mean both, the guest is believed: smoke that is smelt alarms, smoke of cigarettes
is a complaint; "I can't get into my room" alarms, "how do I unlock the door?" is a question.
"""

from pathlib import Path
from typing import Literal, cast, get_args

from llm.wording import Phrases, plain, read

Danger = Literal["fire", "medical", "threat", "locked"]

_TABLES = read(Path(__file__).with_name("safety.toml"))
_INNOCENT = Phrases(_TABLES, "innocent")
_DANGERS = Phrases(_TABLES, *get_args(Danger))


def detect(text: str) -> Danger | None:
    """What endangers the guest who writes `text`, in any of the languages of safety.toml."""
    return cast("Danger | None", _DANGERS.find(_INNOCENT.without(plain(text))))
