"""Postgres text search in the content's own language.

Languages are those whose dictionary ships with Postgres 18; any other is split into words without
stemming (`simple`).
"""

from django.contrib.postgres.search import SearchVector
from django.db.models import Case, When

CONFIGURATIONS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
FALLBACK = "simple"


def configuration(language: str) -> str:
    """The name of the Postgres text search configuration for an ISO 639-1 code."""
    return CONFIGURATIONS.get(language, FALLBACK)


def weighted_document(title: str, body: str, language: str) -> Case:
    """An expression for a generated column: title words weigh A, body words B.

    A configuration given by name is immutable, as a generated column demands, so the choice by
    language is spelt out as a CASE. `title`, `body` and `language` are column names.
    """

    def vector(config: str) -> object:
        return SearchVector(title, weight="A", config=config) + SearchVector(
            body, weight="B", config=config
        )

    cases = [When(**{language: code}, then=vector(name)) for code, name in CONFIGURATIONS.items()]
    return Case(*cases, default=vector(FALLBACK))
