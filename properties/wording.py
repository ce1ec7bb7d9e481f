"""How a value of a form reads to the person who has to choose between two."""

from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

EMPTY = "(empty)"


def in_words(field: forms.Field, value: Any) -> str:
    """`value` as it stands in the row or as the browser sent it, in the words of the page."""
    if isinstance(field, forms.FileField):
        return PurePosixPath(getattr(value, "name", "") or "").name or "(no file)"
    if isinstance(field, forms.BooleanField):
        return "yes" if field.to_python(value) else "no"
    if value in (None, "", []):
        return EMPTY
    if isinstance(field, forms.ModelChoiceField):
        return _chosen(field, value)
    if isinstance(field, forms.ChoiceField):
        values = value if isinstance(value, list) else [value]
        return ", ".join(_label(field, each) for each in values)
    return str(field.widget.format_value(value))


def _chosen(field: forms.ModelChoiceField, value: Any) -> str:
    """What a forged key points to has no words here."""
    try:
        return str(field.to_python(value) or EMPTY)
    except ValidationError:
        return EMPTY


def _label(field: forms.ChoiceField, value: Any) -> str:
    labels = {str(choice): str(label) for choice, label in _flat(field.choices)}
    return labels.get(str(value), str(value))


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices, those of groups too."""
    return [
        each
        for value, label in choices
        for each in (label if isinstance(label, list | tuple) else [(value, label)])
    ]
