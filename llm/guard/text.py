"""Plain text out of whatever a model writes: a guest's page shows no markup and loads nothing."""

import re
import unicodedata

_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_DANGEROUS = re.compile(r"!\[|<[a-zA-Z/!?]|(?:javascript|data|vbscript|file):\S|&#?\w{1,8};")
_LINK = re.compile(r"\[([^\[\]()]{0,300})\]\(\s*([^\s()]{0,500})[^()]{0,200}\)")
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}\s+|[-*+•]\s+|>\s?|\d{1,2}[.)]\s+(?=\S))", re.MULTILINE)
_EMPHASIS = re.compile(r"\*{1,3}|_{2,3}|`{1,3}|~~|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)")
CITATION = re.compile(r"\s?\[\s*(\d{1,2}(?:\s*,\s*\d{1,2}){0,7})\s*\]")


def visible(text: str) -> str:
    """Without characters that hide words or turn their direction."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def has_markup(text: str) -> bool:
    """Whether it holds what a page could run or load: HTML, an image, a script's address."""
    return _DANGEROUS.search(text) is not None


def plain(text: str) -> str:
    """Headings, lists, emphasis and links as the words they hold; a link keeps its address."""
    text = _LINK.sub(lambda link: link[1] if link[1] == link[2] else f"{link[1]} {link[2]}", text)
    return _EMPHASIS.sub("", _LINE_MARK.sub("", text)).strip()


def split_citations(text: str) -> tuple[str, list[int]]:
    """The text without marks such as [1] or [2, 3], and the zero-based indexes they name."""
    cited = [int(number) - 1 for match in CITATION.finditer(text) for number in match[1].split(",")]
    return CITATION.sub("", text), cited
