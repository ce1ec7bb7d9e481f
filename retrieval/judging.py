"""Which of the best few texts answers, by reading question and text together.

The encoder alone tells the right text from its neighbours in three of four questions. Where it is
sure, or nothing comes near, it is believed; in between the reader (encoder/reader.py) reads the
best few.
"""

import functools
import logging
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings

from encoder import EncoderError, Reader, encoder, text_of
from retrieval.embedders.formula import without_name
from retrieval.ranking import Hit

logger = logging.getLogger(__name__)
READ_AT_ONCE = 4
"""Texts: the right one is among them for nineteen of twenty questions."""
SURE_ALONE, HOPELESS = 0.8, 0.1
"""Above and below, the encoder's own probability is believed."""


def judge(question: str, hits: Sequence[Hit], property_name: str) -> list[Hit]:
    """`hits`, ranked, with the best few in the order and with the likelihood that reading gives.

    A reader whose file is missing or damaged is done without, and the log says so.
    """
    if not hits or settings.READER == "none" or not HOPELESS <= hits[0].answers < SURE_ALONE:
        return list(hits)
    few, rest = hits[:READ_AT_ONCE], hits[READ_AT_ONCE:]
    texts = [
        text_of(without_name(hit.title, property_name), without_name(hit.body, property_name))
        for hit in few
    ]
    try:
        chances = _reader().chances(
            without_name(question, property_name), texts, [hit.score for hit in few]
        )
    except EncoderError as error:
        logger.error("Texts are judged by the encoder alone: %s", error)
        return list(hits)
    judged = [replace(hit, answers=each) for hit, each in zip(few, chances, strict=True)]
    judged.sort(key=lambda hit: -hit.answers)
    least = judged[-1].answers
    return [*judged, *(replace(hit, answers=min(hit.answers, least)) for hit in rest)]


@functools.cache
def _reader() -> Reader:
    return Reader(encoder())
