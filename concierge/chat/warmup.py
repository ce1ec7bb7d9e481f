"""Make models and phrases ready while the port is already open, so that no guest waits for them."""

import logging
import threading

from concierge.answering.models import backends
from llm.base import ModelError
from menus.lexicon import lexicon
from reading import danger_phrases, message
from retrieval import language
from retrieval.embedders import get_embedder

logger = logging.getLogger(__name__)


def warm_up_in_background() -> None:
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    danger_phrases.warm_up()
    message.read("Good morning")
    get_embedder().embed_query("Good morning")
    language.detect("Good morning", ["en"], "en")
    lexicon()
    for backend in backends():
        try:
            backend.warm_up()
        except ModelError as error:
            logger.error("A model is not available, so others answer in its place: %s", error)
