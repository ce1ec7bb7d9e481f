"""What a guest gets to read of a model's tokens."""

import codecs


class FirstLine:
    """Tokens' bytes as whole characters, up to the end of the line: left alone it rambles on."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = False
        self.ended = False

    def take(self, piece: bytes) -> str:
        """The text that `piece` adds, "" where it adds none."""
        text = self._decoder.decode(piece)
        line, newline, _ = (text if self._begun else text.lstrip()).partition("\n")
        self._begun = self._begun or bool(line)
        self.ended = bool(newline)
        return line
