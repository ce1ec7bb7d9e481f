"""What people type, before it is read: one spelling for what looks the same."""

import unicodedata


def plain(written: str) -> str:
    """In ASCII digits, with one kind of space, and without invisible marks copied along."""
    text = "".join(
        str(unicodedata.decimal(each)) if each.isdecimal() else each
        for each in unicodedata.normalize("NFKC", written)
        if unicodedata.category(each) != "Cf"
    )
    return " ".join(text.split())
