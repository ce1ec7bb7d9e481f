from django import forms
from django.contrib.admin import register

from faq.models import Faq, FaqTranslation
from properties.admin_base import ScopedStackedInline
from properties.admin_content import ContentAdmin
from properties.forms import LanguageField


class TranslationForm(forms.ModelForm):
    language = LanguageField()

    class Meta:
        model = FaqTranslation
        fields = ("language", "question", "answer")


class TranslationInline(ScopedStackedInline):
    model = FaqTranslation
    form = TranslationForm
    verbose_name = "translation"


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
