from collections.abc import Mapping
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from menus.allergen_grid import AllergenField
from menus.allergens import Diet
from menus.availability import Weekday
from menus.models import Item, ItemAllergen, Section
from properties.merging import MergingForm
from properties.merging_rows import MergingInlineFormSet


class ItemForm(MergingForm):
    diets = forms.MultipleChoiceField(
        choices=Diet.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    days = forms.MultipleChoiceField(
        choices=Weekday.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None ticked means every day.",
    )
    allergens = AllergenField(label="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            void, valid = split_by_validity(self.instance)
            self.initial["allergens"] = {each.allergen: each.presence for each in valid}
            self.fields["allergens"].help_text = check_again(void)

    def clean_section(self) -> Section:
        section = self.cleaned_data["section"]
        if self.instance.pk and section.menu.property_id != self.instance.property_id:
            raise forms.ValidationError("A dish stays in its property: choose one of its sections.")
        return section


def record_allergens(item: Item, shown: Mapping[str, str], chosen: Mapping[str, str]) -> None:
    """Write what was changed from `shown` to `chosen`. Save the item afterwards, once for them all.

    What was left as it stood is not signed again: whoever changed the recipe on the same page has
    not said that the kitchen checked it anew.
    """
    item.allergens.filter(allergen__in=set(shown) - set(chosen)).delete()
    item.record_allergens(
        {allergen: each for allergen, each in chosen.items() if shown.get(allergen) != each}
    )


def split_by_validity(item: Item) -> tuple[list[ItemAllergen], list[ItemAllergen]]:
    """The records that a change of the recipe made void, and the others."""
    records = list(item.allergens.all())
    void = [each for each in records if each.is_void()]
    return void, [each for each in records if each not in void]


def check_again(void: list[ItemAllergen]) -> str:
    """What staff are told about the verifications that no longer hold; "" where all do."""
    if not void:
        return ""
    names = ", ".join(each.get_allergen_display() for each in void)
    return f"Recipe changed since it was verified: please check again for {names}."


class SectionFormSet(MergingInlineFormSet):
    """Keeps a section from taking its dishes along unseen: a tick here shows no list of them."""

    order = "position"

    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            if form.instance.pk and form.instance.items.exists():
                raise forms.ValidationError(
                    f"{form.instance.name} still has dishes. Move or delete them first."
                )
