"""Two embedding spaces, a column each: which text lives in which, and which one a guest asks.

MiniLM ranks English against English best and fastest; across languages it fails (recall@1
0.05-0.35 where multilingual e5 has 0.70-0.90, measured in ../shared/PERFORMANCE.md). So English
content is embedded in both spaces, other content in the multilingual one only.
"""

from retrieval.embedders import get_embedder

ENGLISH = "english"
MULTILINGUAL = "multilingual"


def spaces_for_content(language: str) -> tuple[str, ...]:
    """The spaces in which content of an ISO 639-1 `language` is embedded."""
    return (ENGLISH, MULTILINGUAL) if language == "en" else (MULTILINGUAL,)


def space_for_question(guest_language: str, content_language: str) -> str:
    """The space in which a guest's question meets the content."""
    return ENGLISH if guest_language == content_language == "en" else MULTILINGUAL


def signature(language: str) -> str:
    """The models that embed content of `language`, as stored beside its vectors."""
    return ",".join(get_embedder(space).model_id for space in spaces_for_content(language))
