"""The content models, found by what they derive from: retrieval knows none of them by name."""

from functools import cache

from django.apps import apps

from retrieval.models import Embedded


@cache
def content_models() -> dict[str, type[Embedded]]:
    """Kind → model, in the order of INSTALLED_APPS."""
    return {model.kind: model for model in apps.get_models() if issubclass(model, Embedded)}
