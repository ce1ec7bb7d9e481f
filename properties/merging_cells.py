"""One thing that two people may both change: as it was shown, as it was typed, as it stands now."""

import json
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models.fields.files import FieldFile

from properties.wording import in_words

MINE, THEIRS, UNDECIDED = "mine", "theirs", ""
UNKNOWN = object()  # the page does not say what it showed


@dataclass(frozen=True)
class Question:
    """What only the person can decide; a radio button for each of the two answers."""

    name: str
    label: str
    theirs: str
    mine: str
    about: str = ""


@dataclass(frozen=True)
class Cell:
    """What one person changes by itself: a field, or one of the selects in a grid."""

    label: str
    field: forms.Field
    shown: Any
    now: Any
    typed: Any
    asked_as: str  # one answer may be for several
    decided: str | None

    @property
    def is_typed(self) -> bool:
        """Whether the person set it to something that it is not."""
        if self.decided == THEIRS or not differs(self.field, self.now, self.typed):
            return False
        if self.decided == MINE or self.shown is UNKNOWN:
            return True
        return differs(self.field, self.shown, self.typed)

    @property
    def is_outdated(self) -> bool:
        return self.shown != plain(self.now)

    @property
    def is_open(self) -> bool:
        return self.is_typed and (self.is_outdated or self.decided == UNDECIDED)

    @property
    def is_kept(self) -> bool:
        """Whether a colleague's change was kept that the person has not seen."""
        unseen = self.decided is None and self.is_outdated and not self.is_typed
        return unseen and differs(self.field, self.now, self.typed)

    @property
    def value(self) -> Any:
        return self.typed if self.is_typed else self.now

    def question(self) -> Question:
        theirs, mine = (in_words(self.field, value) for value in (self.now, self.typed))
        return Question(self.asked_as, self.label, theirs, mine)


class FileCell(Cell):
    """A form says of a file that stays that nothing was sent."""

    @property
    def value(self) -> Any:
        return self.typed if self.is_typed else None

    @property
    def is_kept(self) -> bool:
        return self.decided is None and self.is_outdated and not self.is_typed


class TickedCell(Cell):
    """Each box is a fact of its own, and two people who both changed one agree about it."""

    @property
    def is_open(self) -> bool:
        return super().is_open and self.shown is UNKNOWN

    @property
    def value(self) -> Any:
        if self.shown is UNKNOWN or not self.is_typed:
            return super().value
        shown, typed = set(self.shown or ()), set(self.typed or ())
        kept = [each for each in self.now or () if each not in shown - typed]
        return kept + [each for each in self.typed if each not in shown.union(kept)]


def differs(field: forms.Field, value: Any, typed: Any) -> bool:
    """Whether what the browser sent says something else than `value`."""
    value, typed = _one_kind_of_newline(value), _one_kind_of_newline(typed)
    if not isinstance(field, forms.ModelChoiceField | forms.FileField):
        try:
            value = field.to_python(value)
        except ValidationError:
            return True
    return field.has_changed(value, typed)


def plain(value: Any) -> Any:
    """A value as it comes back from the page."""
    if isinstance(value, FieldFile):
        return value.name or ""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def _one_kind_of_newline(value: Any) -> Any:
    """Browsers end lines in their own way, so that a text that nobody touched looks changed."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def kind_of(field: forms.Field) -> type[Cell]:
    if isinstance(field, forms.FileField):
        return FileCell
    return TickedCell if isinstance(field, forms.MultipleChoiceField) else Cell
