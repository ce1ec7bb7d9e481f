from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from properties.access import properties_of
from properties.contact import COUNTRY, PROBLEMS, phone_problems
from properties.languages import languages
from properties.merging import MergingForm
from properties.models import Membership, Property, QRCode
from properties.phones import dialled
from properties.places import countries

MOST_CODES_AT_ONCE = 500


class LanguageField(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"choices": languages, "widget": UnfoldAdminSelect2Widget, **options})


class PhoneForm(MergingForm):
    """Takes numbers that a phone can dial; one that stood there before may stay."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PROBLEMS.keys() & self.fields.keys():
            if dials := dialled(getattr(self.instance, name), self.instance.region):
                self.fields[name].help_text += f" Guests' phones dial {dials}."

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        said = {
            name: values.get(name, getattr(self.instance, name)) for name in {*PROBLEMS, *COUNTRY}
        }
        for name, reason in phone_problems(Property(**said), set(self.changed_data)).items():
            if name in values:
                self.add_error(name, reason)
        return values


class PropertyForm(PhoneForm):
    country = forms.ChoiceField(
        choices=lambda: [("", "That of the time zone"), *countries()],
        required=False,
        widget=UnfoldAdminSelect2Widget,
        help_text=Property._meta.get_field("country").help_text,
    )
    time_zone = forms.ChoiceField(
        choices=[(name, name) for name in sorted(available_timezones())],
        initial="UTC",
        widget=UnfoldAdminSelect2Widget,
    )
    language = LanguageField(
        initial="en", help_text="The language that your content is written in."
    )
    languages = forms.MultipleChoiceField(
        label="Other languages",
        choices=languages,
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
        help_text="What your guests write in besides. The chat understands these.",
    )


class JoinForm(forms.ModelForm):
    """A colleague joins by name, so that no list shows who works for other properties."""

    colleague = forms.CharField(
        max_length=254,
        widget=UnfoldAdminTextInputWidget,
        help_text="The user name or e-mail address of their staff account.",
    )

    class Meta:
        model = Membership
        fields = ("property", "role")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "colleague" not in values or "property" not in values:
            return values
        user = find_staff(values["colleague"])
        if user is None:
            self.add_error(
                "colleague",
                "There is no staff account with this name or address. "
                "Whoever runs this installation can create one.",
            )
        elif Membership.objects.filter(property=values["property"], user=user).exists():
            self.add_error("colleague", "They work here already.")
        else:
            self.instance.user = user
        return values


def find_staff(name: str) -> User | None:
    """The one active staff account with this user name, or else with this e-mail address."""
    staff = User.objects.filter(is_staff=True, is_active=True)
    for wanted in ({"username": name}, {"email__iexact": name}):
        found = list(staff.filter(**wanted)[:2])
        if len(found) == 1:
            return found[0]
    return None


class ManyCodesForm(BaseDialogForm):
    """Codes for a row of rooms or tables at once."""

    property = forms.ModelChoiceField(Property.objects.none(), widget=UnfoldAdminSelectWidget)
    word = forms.CharField(max_length=60, initial="Room", widget=UnfoldAdminTextInputWidget)
    first = forms.IntegerField(min_value=0, initial=1, widget=UnfoldAdminIntegerFieldWidget)
    last = forms.IntegerField(
        min_value=0, max_value=99_999, initial=20, widget=UnfoldAdminIntegerFieldWidget
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        own = properties_of(request.user, Membership.Role.MANAGER)
        self.fields["property"].queryset = own
        if len(candidates := own[:2]) == 1:
            self.fields["property"].initial = candidates[0].pk
            self.fields["property"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first is not None and last is not None and not 0 <= last - first < MOST_CODES_AT_ONCE:
            self.add_error(
                "last", f"From the first, and at most {MOST_CODES_AT_ONCE} codes at once."
            )
        return values

    def create(self) -> int:
        """Make the codes that do not exist yet; returns how many those were."""
        values = self.cleaned_data
        codes = values["property"].qr_codes
        places = [
            f"{values['word']} {number}" for number in range(values["first"], values["last"] + 1)
        ]
        taken = set(codes.filter(place__in=places).values_list("place", flat=True))
        missing = [place for place in places if place not in taken]
        QRCode.objects.bulk_create(
            [QRCode(property=values["property"], place=place) for place in missing],
            ignore_conflicts=True,
        )
        return len(missing)
