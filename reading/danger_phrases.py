"""The exact floor: fire and illness in phrases that mean nothing else, whatever a model says.

It needs no model and no I/O, and is whole in danger_phrases.toml. What is said in other words, and
every other danger, is for the heads (heads.py). Statements alarm ("there is smoke in the
corridor"), ordinary questions do not ("where is the fire exit?", "is there a doctor nearby?").

Where words can mean both, the guest is believed: smoke that is smelt alarms, smoke of cigarettes
is a complaint.
In haste words are misspelt: in few words, or shouted ones, "fyre" is read as "fire".
"""

from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase
from typing import Literal, cast, get_args

from reading.wording import Phrases, plain, read

Danger = Literal["fire", "medical"]

FEW_WORDS = 4

_TABLES = read(Path(__file__).with_name("danger_phrases.toml"))
_HASTE = _TABLES.pop("haste")
_CRIES = frozenset(plain(" ".join(_HASTE["cries"])).split())
_INNOCENT = Phrases(_TABLES, "innocent")
_DANGERS = Phrases(_TABLES, *get_args(Danger))


def detect(text: str) -> Danger | None:
    """What endangers the guest who writes `text`, in any language of danger_phrases.toml."""
    words = plain(text)
    shouted = "!" in text or "！" in text or text.isupper()
    if shouted or len(words.split()) <= FEW_WORDS:
        words = " ".join(_MISSPELT.get(word, word) for word in words.split(" "))
    if shouted and words and _CRIES.issuperset(words.replace(" .", "").split()):
        return "medical"
    return cast("Danger | None", _DANGERS.find(_INNOCENT.without(words)))


def warm_up() -> None:
    """Whoever is in danger does not wait for phrases to be compiled."""
    _DANGERS.warm_up()
    _INNOCENT.warm_up()


def _one_edit_away(word: str) -> Iterator[str]:
    """Norvig's edits (norvig.com/spell-correct.html), but for the first letter, seldom wrong."""
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in ascii_lowercase:
            yield before + letter + after
            yield before + letter + after[1:]


_MISSPELT = {
    wrong: word
    for word in _HASTE["alarms"]
    for wrong in _one_edit_away(word)
    if wrong not in _HASTE["other_words"]
}
