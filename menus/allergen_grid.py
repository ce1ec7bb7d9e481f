"""All allergens of a dish on one page: fourteen small selects that are one field."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.forms.utils import ErrorList
from unfold.widgets import UnfoldAdminSelectWidget

from menus.allergens import Allergen, Presence
from properties.merging import CHOOSE, CONFLICT, MergedField

Presences = dict[str, str]


class AllergenGrid(forms.MultiWidget):
    """Side by side: a kitchen answers all of them for every dish."""

    template_name = "menus/allergen_grid.html"
    in_conflict: Collection[str] = ()  # the allergens that a colleague recorded too

    def __init__(self) -> None:
        super().__init__(
            {
                allergen.value: UnfoldAdminSelectWidget(choices=Presence.choices)
                for allergen in Allergen
            }
        )

    def decompress(self, value: Presences | None) -> list[str]:
        return [(value or {}).get(allergen, Presence.UNKNOWN) for allergen in Allergen]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for allergen, select in zip(Allergen, context["widget"]["subwidgets"], strict=True):
            select["label"] = allergen.label
            if allergen in self.in_conflict:
                select["attrs"]["aria-invalid"] = "true"
                select["error"] = CHOOSE
        return context


class BoundGrid(MergedField):
    """A conflict stands beside its own select: the page would mark all of the field red."""

    @property
    def errors(self) -> ErrorList:
        others = [each for each in super().errors.as_data() if each.code != CONFLICT]
        return self.form.error_class(others, renderer=self.form.renderer)

    def as_widget(self, *args: Any, **options: Any) -> Any:
        # Without cells, on a page that nobody has sent, there is nothing to mark.
        pairs = zip(Allergen, self.cells, strict=False)
        self.field.widget.in_conflict = {allergen for allergen, cell in pairs if cell.is_open}
        return super().as_widget(*args, **options)


class AllergenField(forms.MultiValueField):
    """Cleans to allergen → presence, without what is unknown: that is kept as no record."""

    widget = AllergenGrid
    bound_field_class = BoundGrid

    def __init__(self, **options: Any) -> None:
        selects = [
            forms.ChoiceField(label=allergen.label, choices=Presence.choices, required=False)
            for allergen in Allergen
        ]
        super().__init__(selects, required=False, require_all_fields=False, **options)

    def compress(self, data_list: list[str]) -> Presences:
        return {
            allergen.value: presence
            for allergen, presence in zip(Allergen, data_list, strict=False)
            if presence not in {"", Presence.UNKNOWN}
        }
