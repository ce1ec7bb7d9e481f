"""Backends by the names that `settings.LLM_BACKENDS` gives them.

    LLM_BACKENDS = {
        "local": {"CLASS": "llm.backends.local.LocalBackend", "MODELS_DIR": VAR_DIR / "models"},
        "dummy": {"CLASS": "llm.backends.dummy.DummyBackend"},
    }

Every key but `CLASS` is an option of that class, in capitals.
"""

import importlib
import inspect
import threading
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from llm.base import Backend

Options = Mapping[str, Any]

_lock = threading.Lock()
_backends: dict[tuple[str, str], Backend] = {}


def get_backend(name: str) -> Backend:
    """The one backend of this process with that name, built on first use.

    Raises `ValueError` if the settings do not hold it or an option is wrong;
    `manage.py check` reports the same beforehand.
    """
    entry = _entries().get(name)
    if entry is None:
        raise ValueError(f"No backend {name!r}; LLM_BACKENDS has {', '.join(_entries())}")
    # The options are part of the key so that changed settings (in tests) build a new backend.
    key = (name, repr(entry))
    with _lock:
        if key not in _backends:
            _backends[key] = build_backend(name, entry)
        return _backends[key]


def build_backend(name: str, entry: Options) -> Backend:
    """A new backend from one entry of `LLM_BACKENDS`; `ValueError` says what is wrong with it."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("CLASS"), str):
        raise ValueError("needs a dictionary with the dotted path of a backend under CLASS")
    cls = _import_backend(entry["CLASS"])
    accepted = {
        parameter.name.upper(): parameter
        for parameter in inspect.signature(cls).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    given = {key: value for key, value in entry.items() if key != "CLASS"}
    unknown = given.keys() - accepted.keys()
    if unknown:
        options = ", ".join(sorted(accepted)) or "none"
        raise ValueError(f"has no option {', '.join(sorted(unknown))} (options: {options})")
    required = {key for key, option in accepted.items() if option.default is option.empty}
    if required - given.keys():
        raise ValueError(f"needs the option {', '.join(sorted(required - given.keys()))}")
    return cls(name, **{key.lower(): value for key, value in given.items()})


def close_backends() -> None:
    """Closes every backend built so far; the next `get_backend` builds anew."""
    with _lock:
        closing = list(_backends.values())
        _backends.clear()
    for backend in closing:
        backend.close()


def _entries() -> Mapping[str, Options]:
    entries: Mapping[str, Options] = getattr(settings, "LLM_BACKENDS", {})
    return entries


def _import_backend(path: str) -> type[Backend]:
    module_name, _, class_name = path.rpartition(".")
    try:
        cls = getattr(importlib.import_module(module_name), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"CLASS {path} cannot be imported: {error}") from error
    if not (isinstance(cls, type) and issubclass(cls, Backend)):
        raise ValueError(f"CLASS {path} is not an llm.base.Backend")
    return cls
