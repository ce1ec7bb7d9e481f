import pytest

from llm.backends.first_line import FirstLine


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ((b"Caf", b"\xc3", b"\xa9 ", b"\xf0\x9f", b"\xa5\x9e"), "Café 🥞"),
        ((b"Zo", b"\xc3"), "Zo"),
        ((b" ", b" Yes", b"."), "Yes."),
    ],
    ids=["split characters", "half a character", "leading space"],
)
def test_an_answer_is_whole_characters(pieces: tuple[bytes, ...], text: str) -> None:
    line = FirstLine()
    assert "".join(line.take(piece) for piece in pieces) == text
    assert not line.ended


def test_it_ends_with_its_line() -> None:
    line = FirstLine()
    assert line.take(b"Yes") == "Yes"
    assert line.take(b".\nQuestion: more?") == "."
    assert line.ended


def test_an_empty_line_before_it_is_no_end() -> None:
    line = FirstLine()
    assert line.take(b"\n ") + line.take(b" Yes") == "Yes"
    assert not line.ended
