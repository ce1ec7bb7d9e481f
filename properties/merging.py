"""Two people on one page: what was shown, what was typed and what stands now become one value.

Beside each field of an existing row the page carries the value that it showed. When it comes back,
only what the person changed is written, on the row as it stands by then. Where a colleague changed
the same thing to something else, nobody's word is taken: the person is asked.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME

from properties.merging_cells import (
    MINE,
    THEIRS,
    UNDECIDED,
    UNKNOWN,
    Cell,
    Question,
    kind_of,
    plain,
)

# Suffixes: a script of the admin finds the field of a row's order by how its name ends.
SHOWN, DECIDED = "-shown", "-decided"


class MergedField(forms.BoundField):
    """A field that shows and cleans what came of both people's changes."""

    form: "MergingForm"

    @cached_property
    def cells(self) -> list[Cell]:
        """None where there is nothing to merge: new rows, and what the browser does not set."""
        if not (self.form.is_bound and self.form.carries(self.name)):
            return []
        if self.form.is_gone and self._shown is UNKNOWN:
            return []
        if isinstance(self.field, forms.MultiValueField):
            return self._cells_of_grid(self.field)
        return [self._cell(self.html_name, self.label, self.field, *self._versions)]

    @property
    def data(self) -> Any:
        if self.form.is_gone or not self.cells:
            return super().data
        values = [cell.value for cell in self.cells]
        return values if isinstance(self.field, forms.MultiValueField) else values[0]

    def _has_changed(self) -> bool:
        if self.cells:
            return any(cell.is_typed for cell in self.cells)
        return super()._has_changed()  # type: ignore[misc]

    def as_widget(self, widget: Any = None, attrs: Any = None, only_initial: bool = False) -> Any:
        html = super().as_widget(widget, attrs, only_initial)
        if only_initial or not self.form.carries(self.name) or self._now is UNKNOWN:
            return html
        hidden = forms.HiddenInput(self._form_of(widget or self.field.widget))
        return html + hidden.render(self.html_name + SHOWN, json.dumps(plain(self._now)))

    @staticmethod
    def _form_of(widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in widget.attrs.items() if name == "form"}

    @property
    def _versions(self) -> tuple[Any, Any, Any]:
        return self._shown, self._now, super().data

    @property
    def _shown(self) -> Any:
        """What the page says it showed. Who forges it only overwrites what they may write."""
        if self.name in self.form.distrusted:
            return UNKNOWN
        try:
            return json.loads(self.form.data[self.html_name + SHOWN])
        except (KeyError, ValueError):
            return UNKNOWN

    @property
    def _now(self) -> Any:
        """What stands in the row. Of one that is gone, the last that was seen of it."""
        if self.form.is_gone:
            return self._shown
        value = self.field.prepare_value(self.initial)
        if isinstance(self.field, forms.MultiValueField) and not isinstance(value, list):
            return self.field.widget.decompress(value)
        return value

    def _cells_of_grid(self, field: forms.MultiValueField) -> list[Cell]:
        shown, now, typed = self._versions
        if not isinstance(shown, list) or len(shown) != len(field.fields):
            shown = [UNKNOWN] * len(field.fields)
        names = [self.html_name + suffix for suffix in field.widget.widgets_names]
        labels = [part.label or self.label for part in field.fields]
        rows = zip(names, labels, field.fields, shown, now, typed, strict=True)
        return [self._cell(*row) for row in rows]

    def _cell(
        self, name: str, label: Any, field: forms.Field, shown: Any, now: Any, typed: Any
    ) -> Cell:
        asked_as = self.form.asked_together.get(name, name) + DECIDED
        decided = self.form.data.get(asked_as)
        return kind_of(field)(str(label), field, shown, now, typed, asked_as, decided)


class MergingForm(forms.ModelForm):
    """The form of every row in the admin that two people may have open at once."""

    bound_field_class = MergedField
    is_gone = False  # its row was deleted since it was shown
    is_held = False  # somebody else holds its house
    asked_together: Mapping[str, str] = {}  # names of inputs → the one that the answer is for
    distrusted: Collection[str] = ()  # fields of which all that differs is asked about

    def carries(self, name: str) -> bool:
        """Whether the page says beside the field what it showed."""
        known = self.is_gone or not self.instance._state.adding
        return known and name in self.base_fields and not self.fields[name].disabled

    @property
    def decision(self) -> str | None:
        """What the person decided about the whole row, if they were asked."""
        return self.data.get(f"{self.prefix}{DECIDED}")

    @property
    def is_to_be_deleted(self) -> bool:
        ticked = DELETION_FIELD_NAME in self.fields and bool(self[DELETION_FIELD_NAME].data)
        return ticked and (self.is_gone or self.decision != THEIRS)

    @cached_property
    def changed_data(self) -> list[str]:
        if self.is_gone and self.decision == THEIRS:
            return []
        return [bound.name for bound in self._bound() if bound._has_changed()]

    def cells(self) -> list[tuple[str, Cell]]:
        """Each with the name of its field."""
        return [(bound.name, cell) for bound in self._bound() for cell in bound.cells]

    def _bound(self) -> list[Any]:
        return [self[name] for name in self.fields]

    def questions(self) -> list[Question]:
        if self.is_gone:
            return [self._revive()] if self._asks_to_revive() else []
        if self.is_to_be_deleted:
            return [self._delete()] if self._asks_to_delete() else []
        about = self._name if self.prefix else ""
        return [replace(cell.question(), about=about) for _, cell in self.cells() if cell.is_open]

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.is_held:
            self.add_error(None, ValidationError(HELD))
        if not self.is_bound or self.is_to_be_deleted:
            return
        for name in self._open_names():
            self.add_error(name, ValidationError(CHOOSE, CONFLICT))

    def _open_names(self) -> list[str | None]:
        """The fields that are asked about, each once; None is the whole row."""
        if self.is_gone:
            return [None] if self._asks_to_revive() else []
        return list(dict.fromkeys(name for name, cell in self.cells() if cell.is_open))

    def _asks_to_revive(self) -> bool:
        undecided = self.decision not in {MINE, THEIRS}
        return undecided and self.has_changed() and not self.is_to_be_deleted

    def _asks_to_delete(self) -> bool:
        return self.decision == UNDECIDED or any(cell.is_outdated for _, cell in self.cells())

    def typed_in_words(self) -> str:
        typed = [cell.question() for _, cell in self.cells() if cell.is_typed]
        return "; ".join(f"{each.label}: {each.mine}" for each in typed)

    def _revive(self) -> Question:
        name, typed = f"{self.prefix}{DECIDED}", self.typed_in_words()
        return Question(name, "the whole row", DELETED, typed, self._name)

    def _delete(self) -> Question:
        changed = [cell.question() for _, cell in self.cells() if cell.is_outdated]
        theirs = "; ".join(f"{each.label}: {each.theirs}" for each in changed)
        return Question(f"{self.prefix}{DECIDED}", "the whole row", theirs, DELETED, self._name)

    @property
    def _name(self) -> str:
        return str(self.instance)


CONFLICT = "conflict"  # the code of what is asked about: nobody entered anything wrong
CHOOSE = "A colleague changed this too: choose at the top of the page."
DELETED = "deleted"
HELD = "An import of this house is running: save again in a moment."
