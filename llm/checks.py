"""`manage.py check` finds a wrong `LLM_BACKENDS` before a guest does."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from llm.registry import build_backend


def check_backends(**_: Any) -> list[CheckMessage]:
    entries = getattr(settings, "LLM_BACKENDS", {})
    if not isinstance(entries, Mapping):
        return [Error("LLM_BACKENDS must be a dictionary of backends by name", id="llm.E001")]
    errors: list[CheckMessage] = []
    for name, entry in entries.items():
        try:
            build_backend(name, entry)
        except ValueError as error:
            errors.append(Error(f"LLM_BACKENDS[{name!r}] {error}", id="llm.E002"))
    return errors
