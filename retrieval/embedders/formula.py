"""What of a question and of a piece of content is embedded. Measured in docs/retrieval.md.

The vectors of a title and of a body are averaged, which ranks better than either, or than both in
one text. The property's own name is taken out everywhere: it is in half of all texts, says nothing
about what is asked, and otherwise decides what is similar.
"""

import functools
import re
from collections.abc import Sequence

import numpy as np

from retrieval.embedders.base import Embedder, Vectors

SENTENCE_END = re.compile(r"(?<=[.!?…؟।])\s+|(?<=[。！？])")
QUESTION_MARKS = ("?", "？", "؟")


def embed_question(embedder: Embedder, text: str, name: str) -> Vectors:
    """A guest's turn as one vector of shape (dimensions,), of length 1.

    `name` is the property's. In a turn of several sentences, those that end in a question mark
    weigh as much as the whole: small talk around a question costs 3-4 points of recall@1 else.
    Raises EmbedderError.
    """
    whole = embedder.embed_query(without_name(text, name))
    sentences = [part.strip() for part in SENTENCE_END.split(text) if part.strip()]
    questions = [part for part in sentences if part.endswith(QUESTION_MARKS)]
    if len(sentences) < 2 or not questions:
        return whole
    asked = [embedder.embed_query(without_name(part, name)) for part in questions]
    return _normalised(whole + _normalised(np.mean(asked, axis=0)))


def embed_items(embedder: Embedder, items: Sequence[tuple[str, str]], name: str) -> Vectors:
    """(title, body) pairs as vectors of shape (len(items), dimensions), each of length 1.

    `name` is the property's. An empty body (a dish without a description) leaves the title's
    vector. Raises EmbedderError.
    """
    texts = [without_name(text, name) for title, body in items for text in (title, body or title)]
    vectors = embedder.embed_documents(texts)
    return _normalised(vectors[0::2] + vectors[1::2])


def without_name(text: str, name: str) -> str:
    """`text` without the property's name, unless nothing else is left.

    The whole name only: of "Pool House", the word "pool" must stay in a question.
    """
    rest = _name_pattern(name).sub(" ", text)
    rest = re.sub(r"\s+([?.,!])", r"\1", re.sub(r"\s+", " ", rest)).strip()
    return rest if re.search(r"\w", rest) else text


@functools.lru_cache(maxsize=1024)
def _name_pattern(name: str) -> re.Pattern[str]:
    words = re.sub(r"^the\s+", "", name.strip(), flags=re.IGNORECASE).split()
    if not words:
        return re.compile(r"(?!)")
    words = ["(?:and|&)" if word.lower() in ("and", "&") else re.escape(word) for word in words]
    inner = r"\s+".join(words)
    return re.compile(rf"(?<!\w)(?:the\s+)?{inner}(?:['’]s)?(?!\w)", re.IGNORECASE)


def _normalised(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit
