from typing import Any

from django.contrib.admin import register
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from faq.models import Faq, FaqTranslation
from properties.access import properties_of
from properties.admin_base import ScopedStackedInline
from properties.admin_content import ContentAdmin
from properties.forms import LanguageField
from properties.languages import languages_for
from properties.merging import MergingForm

MOST_HOUSES = 20
"""Whose languages a new FAQ is offered first, while nobody knows yet whose it will be."""


class TranslationForm(MergingForm):
    language = LanguageField()

    class Meta:
        model = FaqTranslation
        fields = ("language", "question", "answer")


class TranslationInline(ScopedStackedInline):
    model = FaqTranslation
    form = TranslationForm
    verbose_name = "translation"

    def get_formset(self, request: HttpRequest, obj: Faq | None = None, **kwargs: Any) -> Any:
        """A translation saved under the wrong language is never read: so each is chosen."""
        formset = super().get_formset(request, obj, **kwargs)
        houses = [obj.property] if obj else properties_of(request.user)[:MOST_HOUSES]
        guests = dict.fromkeys(code for house in houses for code in house.languages)
        # A plain select: one that searches is not set up in a row that was added on the page.
        formset.form.base_fields["language"] = LanguageField(
            choices=languages_for(guests), widget=UnfoldAdminSelectWidget
        )
        return formset


@register(Faq)
class FaqAdmin(ContentAdmin):
    inlines = (TranslationInline,)
    list_display = ("question", "property", "published", "in_answers", "updated_at")
    list_editable = ("published",)
    list_filter = ("property", "published")
    list_select_related = ("property",)
    search_fields = ("question", "answer")
    readonly_fields = ("in_answers", "external_id", "updated_at")
    fieldsets = (
        (None, {"fields": ("property", "question", "answer", "published")}),
        ("Behind it", {"fields": readonly_fields, "classes": ("collapse",)}),
    )
