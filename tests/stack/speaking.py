"""A product with the model that guests get, whose answers to new questions it writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from guest import ask
from websockets.sync.client import ClientConnection

from llm.backends.releases import first_good
from tests.stack.product import Product, copy_folder, manage, started

ALWAYS_GENERATED = (
    "from properties.models import Property; Property.objects.update(sure=1.0, floor=0.0)"
)
# Tests ask until something has happened, and faster than any guest.
UNLIMITED = {"QUESTION_LIMITS": "conversation=100000/min"}
_asked = iter(range(1_000_000))


@contextmanager
def speaking_product(used_folder: Path, folder: Path, **variables: str) -> Iterator[Product]:
    var = copy_folder(used_folder, folder / "var")
    share_model(var)
    manage(var, "shell", "-v0", "-c", ALWAYS_GENERATED)
    with started(var, LLM_BACKEND="local", **UNLIMITED, **variables) as running:
        yield running


def share_model(var: Path) -> None:
    """Its file is made once for a test run; what is known of this machine is not shared."""
    model = first_good(Path(str(settings.LLM_BACKENDS["local"]["MODELS_DIR"])))[1]
    (var / "models").mkdir(exist_ok=True)
    for made in (model, model.with_suffix(".json")):
        (var / "models" / made.name).symlink_to(made)


def answer(chat: ClientConnection) -> list[dict[str, Any]]:
    """Of a question that nobody asked before, so that it comes from no cache."""
    return list(ask(chat, f"What time is breakfast in week {next(_asked)}?"))


def route(chat: ClientConnection) -> str:
    return str(answer(chat)[-1]["route"])
