"""FAQs of an import file: `{"id", "question", "answer", "published"?, "translations"?}`."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from faq.models import Faq, FaqTranslation
from properties.models import Property
from retrieval.upsert import Tally, upsert

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class TranslationRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: Title
    answer: Text


class FaqRow(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    id: Identifier
    question: Title
    answer: Text
    published: bool = True
    translations: dict[Language, TranslationRow] = Field(default_factory=dict)


def import_faqs(property_: Property, rows: list[FaqRow]) -> Tally:
    tally = upsert(
        Faq,
        property_,
        {
            row.id: row.model_dump(exclude={"id", "translations"}, exclude_unset=True)
            for row in rows
        },
    )
    translated = {row.id: row for row in rows if row.translations}
    for faq in Faq.objects.filter(property=property_, external_id__in=translated):
        _import_translations(faq, translated[faq.external_id].translations)
    return tally


def _import_translations(faq: Faq, rows: dict[str, TranslationRow]) -> None:
    known = {each.language: each for each in faq.translations.all()}
    for language, row in rows.items():
        translation = known.get(language) or FaqTranslation(faq=faq, language=language)
        if (translation.question, translation.answer) != (row.question, row.answer):
            translation.question, translation.answer = row.question, row.answer
            translation.save()
