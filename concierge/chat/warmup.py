"""Load the models while the port is already open, so that no guest waits for them."""

import logging
import threading

from django.conf import settings

from llm.base import ModelError
from llm.registry import get_backend
from retrieval import language
from retrieval.embedders import get_embedder
from retrieval.spaces import ENGLISH

logger = logging.getLogger(__name__)


def warm_up_in_background() -> None:
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    get_embedder(ENGLISH).embed_query("Good morning")
    language.detect("Good morning", ["en"], "en")
    try:
        get_backend(settings.LLM_BACKEND).warm_up()
    except ModelError as error:
        logger.error("The model is not available, so sources answer in its place: %s", error)
