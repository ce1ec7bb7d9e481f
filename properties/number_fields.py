"""Numbers in the staff's forms: read as people write them, shown as their language does."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils import translation
from unfold.widgets import UnfoldAdminTextInputWidget

from properties.access import owning_property
from properties.models import Property
from properties.prices import NotAPrice, read_price


class NumberInput(UnfoldAdminTextInputWidget):
    """Not type="number": a browser that expects a point sends nothing for "15,90"."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class PriceField(forms.DecimalField):
    """Knows the house whose price it is, where it stands in the form of a row that has one."""

    form: forms.BaseForm | None = None

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        self.form = form
        return super().get_bound_field(form, field_name)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return self._read(str(value))
        except NotAPrice as error:
            raise forms.ValidationError(str(error), code="invalid") from None

    def _read(self, written: str) -> Decimal:
        """The house is asked for only where the number alone does not tell."""
        try:
            return read_price(written)
        except NotAPrice:
            house = self._house()
            if house is None:
                raise
            return read_price(written, house.currency, languages_at(house))

    def _house(self) -> Property | None:
        return next((owner for row in self._rows() if (owner := owning_property(row))), None)

    def _rows(self) -> Iterator[models.Model]:
        """The form's own row; where that is new, those that were chosen for it."""
        row = getattr(self.form, "instance", None)
        if row is not None and row.pk:
            yield row
        for chosen in getattr(self.form, "cleaned_data", {}).values():
            if isinstance(chosen, models.Model):
                yield chosen


class ShareField(forms.FloatField):
    """From 0 to 1, so there is nothing that a comma could mean but the decimals."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


def languages_at(house: Property) -> list[str]:
    """Of whoever writes there: the person's, the house's, and its country's way with them."""
    spoken = [(translation.get_language() or "en").replace("-", "_"), house.language]
    return [*spoken, *([f"{house.language}_{house.region}"] if house.region else [])]


FORM_FIELDS: dict[type[models.Field], dict[str, Any]] = {
    models.DecimalField: {"form_class": PriceField, "widget": NumberInput, "localize": True},
    models.FloatField: {"form_class": ShareField, "widget": NumberInput, "localize": True},
}
