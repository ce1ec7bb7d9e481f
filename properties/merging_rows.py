"""The rows of a list, or below a form, that were deleted or changed since they were shown."""

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.forms import PaginationInlineFormSet

from properties.merging import CONFLICT, DECIDED, HELD, SHOWN
from properties.merging_cells import Question

NOT_AS_SHOWN = "A colleague changed what you delete: choose at the top of the page."


class MergingRows(forms.BaseModelFormSet):
    model: Any
    forms: Any

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if self.is_bound and i < self.initial_form_count():
            self._keep_key(form)
            form.is_gone = form.empty_permitted = form.instance._state.adding
        return form

    def _keep_key(self, form: Any) -> None:
        """The key of what is gone is no valid choice, and that of the others has been looked up."""
        name = self.model._meta.pk.name
        form.fields[name] = forms.CharField(
            initial=form.data.get(form.add_prefix(name), ""),
            required=False,
            widget=forms.HiddenInput,
        )

    def questions(self) -> list[Question]:
        return [question for form in self.forms for question in form.questions()]


class MergingList(MergingRows):
    """The rows of a list: what is gone is no longer among them."""

    is_held = False  # by somebody else
    _errors: list[Any]

    def clean(self) -> None:
        super().clean()
        if self.is_held:
            raise ValidationError(HELD)

    @cached_property
    def forms(self) -> list[Any]:
        return [form for form in self._shown if not form.is_gone]

    def lost(self) -> int:
        """How many rows the person changed that are gone."""
        return sum(form.is_gone and form.has_changed() for form in self._shown)

    @cached_property
    def _shown(self) -> list[Any]:
        return [
            self._construct_form(i, **self.get_form_kwargs(i))
            for i in range(self.total_form_count())
        ]


class MergingInlineFormSet(MergingRows, PaginationInlineFormSet):
    """The rows below a form: what is gone comes back if the person wants it."""

    order = ""  # the field that numbers the rows; two orders are one question

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        if self.is_bound and i >= self.initial_form_count() and (row := self._added_too(i)):
            kwargs["instance"] = row
        form = super()._construct_form(i, **kwargs)
        if self.order:
            form.asked_together = {form.add_prefix(self.order): f"{self.prefix}-{self.order}"}
            form.distrusted = {self.order} if self._both_reordered else ()
        return form

    def _added_too(self, i: int) -> Any:
        """The row that a colleague has added under the same name: the two are one."""
        key = self.model._meta.pk.name
        shown = {self._typed(each, key) for each in range(self.initial_form_count())}
        added = [row for row in self.get_queryset() if str(row.pk) not in shown]
        for constraint in self.model._meta.total_unique_constraints:
            names = set(constraint.fields) - {self.fk.name}
            for row in added if len(names) < len(constraint.fields) else []:
                if all(str(row.serializable_value(n)) == self._typed(i, n) for n in names):
                    return row
        return None

    @cached_property
    def _both_reordered(self) -> bool:
        """An order is one value, whichever of the rows each of the two has moved."""
        now = {str(row.pk): str(getattr(row, self.order)) for row in self.get_queryset()}
        mine = theirs = False
        for i in range(self.initial_form_count() if self.is_bound else 0):
            shown = self._typed(i, self.order + SHOWN)
            mine |= shown != self._typed(i, self.order)
            theirs |= shown != now.get(self._typed(i, self.model._meta.pk.name), shown)
        return mine and theirs

    def _typed(self, i: int, name: str) -> str:
        return self.data.get(f"{self.add_prefix(i)}-{name}", "").strip()

    def questions(self) -> list[Question]:
        asked = super().questions()
        name = f"{self.prefix}-{self.order}{DECIDED}"
        others = [each for each in asked if each.name != name]
        return others if len(others) == len(asked) else [*others, self._order_question(name)]

    def _order_question(self, name: str) -> Question:
        rows = [(form.instance, cell) for form in self.forms for cell in form[self.order].cells]
        theirs = sorted(rows, key=lambda row: _number(row[1].now))
        mine = sorted(rows, key=lambda row: _number(row[1].typed))
        texts = [", ".join(str(instance) for instance, _ in rows) for rows in (theirs, mine)]
        return Question(name, "the order", *texts)

    def get_queryset(self) -> Any:
        """Once there are forms, their rows: Django's page pairs the two by position."""
        if self.is_bound and "forms" in self.__dict__:
            return [form.instance for form in self.initial_forms]
        return super().get_queryset()

    def clean(self) -> None:
        super().clean()
        if any(form.is_to_be_deleted and form.questions() for form in self.forms):
            raise ValidationError(NOT_AS_SHOWN, CONFLICT)

    def _should_delete_form(self, form: Any) -> bool:
        return super()._should_delete_form(form) and form.is_to_be_deleted

    def save_new_objects(self, commit: bool = True) -> list[Any]:
        super().save_new_objects(commit)
        shown: list[Any] = self.initial_forms
        for form in shown:
            if form.is_gone and form.has_changed() and not form.is_to_be_deleted:
                self.new_objects.append(self.save_new(form, commit))
        return self.new_objects


def _number(value: Any) -> int:
    return int(value) if str(value).isdecimal() else 0
