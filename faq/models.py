from typing import Any

from django.db import models

from properties.languages import name_of
from properties.validators import language_code
from retrieval.models import Document, Embedded
from retrieval.tenants import writing


class Faq(Embedded):
    """A question that guests ask, and the staff's own answer."""

    kind = "faq"
    document_parts = ("translations",)

    question = models.CharField(max_length=300, help_text="As a guest would ask it.")
    answer = models.TextField(help_text="What you would tell the guest. Facts, not advertising.")

    class Meta(Embedded.Meta):
        verbose_name = "FAQ"
        ordering = ["property", "question"]

    def __str__(self) -> str:
        return self.question

    def to_document(self) -> Document:
        translations = self.translations.all() if self.pk else []
        return Document(
            title=self.question,
            body=self.answer,
            translations={each.language: (each.question, each.answer) for each in translations},
        )


class FaqTranslation(models.Model):
    """An FAQ in another language, in the staff's own words."""

    faq = models.ForeignKey(Faq, models.CASCADE, related_name="translations")
    language = models.CharField(max_length=2, validators=[language_code], help_text="de")
    question = models.CharField(max_length=300)
    answer = models.TextField()

    property_path = "faq__property"

    class Meta:
        ordering = ["faq", "language"]
        constraints = [
            models.UniqueConstraint(fields=["faq", "language"], name="one_translation_a_language")
        ]

    def __str__(self) -> str:
        return f"{name_of(self.language)}: {self.question}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        with writing([self.faq.property_id]):
            super().save(*args, **kwargs)
            self._rewrite_faq()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with writing([self.faq.property_id]):
            deleted = super().delete(*args, **kwargs)
            self._rewrite_faq()
        return deleted

    def _rewrite_faq(self) -> None:
        # From the database: `self.faq` may hold translations that were fetched before this change.
        Faq.objects.filter(pk=self.faq_id).refresh_documents()
