"""Where a sentence ends, in a text that is still being written."""

import re

LONGEST = 1200
"""Characters after which a text without an end is cut at a space: nobody waits for ever."""

# The character after the space is part of the pattern: a lower-case letter goes on with the same
# sentence, and nobody knows before it has come. Every quantifier is bounded or over one class.
_END = re.compile(r"[。！？]+[」』”\"')]*|[.!?…]+[”\"'»)\]*_]*(?=\s+(\S))|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|prof|no|nr|tel|ext|approx|ca|incl|excl|max|min|art|str|bzw|inkl|zzgl"
    r"|evtl|ggf|usw|vs|sra?|sig|dott|mme|mlle|env|e\.g|i\.e|z\.\s?b|d\.\s?h|p\.\s?ej)"
    r"|(?:^|\s)[a-z]|(?:^|\n)\s*\d{1,2})\.$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\b\d{1,2}\.$")
_AFTER_ORDINAL = re.compile(
    r"\s+(?:jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez|stock|etage|obergeschoss|og\b|und\b)",
    re.IGNORECASE,
)
_WINDOW = 24
# A figure's full stop may be a point: "until 7." of "until 7.30 pm".
_WHOLE = re.compile(r"(?:[。！？!?…]|(?<!\d)\.)[」』”\"'»)\]*_]*\s*\Z")


class Splitter:
    """Takes pieces of text and gives back whole sentences, with the space that follows them."""

    def __init__(self) -> None:
        self._pending = ""
        self._scanned = 0

    def feed(self, piece: str) -> list[str]:
        """The sentences that `piece` completes."""
        self._pending += piece
        whole = []
        while (end := self._next_end()) is not None:
            whole.append(self._pending[:end])
            self._pending = self._pending[end:]
            self._scanned = 0
        return [sentence for sentence in whole if sentence.strip()]

    def rest(self) -> str:
        """What was left when the model stopped."""
        rest, self._pending = self._pending, ""
        return rest

    def _next_end(self) -> int | None:
        text = self._pending
        for match in _END.finditer(text, self._scanned):
            if _is_end(text, match):
                return match.end()
        # An end may yet come of what lies before the last few characters: marks and a space.
        self._scanned = max(self._scanned, len(text) - _WINDOW)
        if len(text) > LONGEST:
            return text.rfind(" ", 1) + 1 or len(text)
        return None


def ends_whole(text: str) -> bool:
    """Whether the last sentence of `text`, however it came to its end, has its mark."""
    return _WHOLE.search(text) is not None


def sentences(text: str) -> list[str]:
    """All sentences of a finished text, without the space around them."""
    splitter = Splitter()
    return [each.strip() for each in (*splitter.feed(text), splitter.rest()) if each.strip()]


def _is_end(text: str, match: re.Match[str]) -> bool:
    following = match[1]
    if following is None:
        return True
    if following.islower():
        return False
    before = text[max(0, match.start() - _WINDOW) : match.start() + 1]
    if match[0] != ".":
        return True
    if _ABBREVIATION.search(before) and not _half_of_day(before):
        return False
    return not (_ORDINAL.search(before) and _AFTER_ORDINAL.match(text, match.end()))


def _half_of_day(before: str) -> bool:
    return before[-4:].lower() in {"a.m.", "p.m."}
