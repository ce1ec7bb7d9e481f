import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.guard.splitting import LONGEST, Splitter, sentences


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It costs 0.45 EUR. Yes.", 2),
        ("Ask Mr. Hill. He knows.", 2),
        ("Open until 7 p.m. Dinner is later.", 2),
        ("Open from 7 a.m. on Sundays.", 1),
        ("See www.mill.example. Or call.", 2),
        ("See https://mill.example/a.b?c=d for more.", 1),
        ("Am 24. Dezember ist zu. Danke.", 2),
        ("Im 2. Stock ist der Spa, z. B. die Sauna.", 1),
        ("朝食は7時からです。プールは8時からです。", 2),
        ("Is it open? Yes! Daily…", 3),
        ("- one thing\n- another thing", 2),
        ('He said "Yes." Then he left.', 2),
        ("1. Breakfast is at 7.\n2. Lunch is at 12.", 2),
    ],
)
def test_where_a_sentence_ends(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_a_text_without_an_end_is_cut() -> None:
    whole = Splitter().feed("word " * LONGEST)
    assert whole
    assert max(map(len, whole)) <= 5 * LONGEST


@given(st.text(alphabet="aB .!?\n1。:,/", max_size=80), st.integers(1, 9))
def test_nothing_is_lost_however_it_is_cut(text: str, size: int) -> None:
    splitter = Splitter()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    whole = [sentence for piece in pieces for sentence in splitter.feed(piece)]
    joined = "".join([*whole, splitter.rest()])
    assert "".join(joined.split()) == "".join(text.split())
