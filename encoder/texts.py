"""What a text is before it is read as pieces."""


def text_of(title: str, body: str) -> str:
    """A title and what stands under it, as the encoder was taught to read them."""
    return f"{title}\n{body}" if body else title


def in_a_talk(before: str, text: str) -> str:
    """What a guest writes behind what they wrote before, as the encoder was taught to read it."""
    return f"{before} | {text}"


def clean(text: str) -> str:
    """`text` without what no tokenizer takes: half a surrogate pair, NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ")
