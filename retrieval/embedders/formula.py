"""What of a question and of a piece of content is embedded. Measured in docs/retrieval.md.

A piece of content is one text, its title and its body, as the encoder was taught to read it; a
question is all that the guest wrote. The property's own name is taken out everywhere: it is in half
of all texts, says nothing about what is asked, and otherwise decides what is similar.
"""

import functools
import re
from collections.abc import Sequence

from encoder import text_of
from retrieval.embedders.base import Embedder, Vectors


def embed_question(embedder: Embedder, text: str, name: str) -> Vectors:
    """A guest's turn as one vector of shape (dimensions,), of length 1.

    `name` is the property's. Raises EmbedderError.
    """
    return embedder.embed_query(without_name(text, name))


def embed_items(embedder: Embedder, items: Sequence[tuple[str, str]], name: str) -> Vectors:
    """(title, body) pairs as vectors of shape (len(items), dimensions), each of length 1.

    `name` is the property's. A body may be empty (a dish without a description). Raises
    EmbedderError.
    """
    return embedder.embed_documents(
        [text_of(without_name(title, name), without_name(body, name)) for title, body in items]
    )


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
