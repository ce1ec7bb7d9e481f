"""Where one question of a turn ends and the next begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading.parts import MOST, parts_of


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        ("en", "Is there a pool, a gym and a sauna?", ["Is there a pool", "a gym", "a sauna?"]),
        ("en", "When do we eat? And is there Wi-Fi?", ["When do we eat", "And is there Wi-Fi?"]),
        ("en", "breakfast at 7.30 and is it 12,50?", ["breakfast at 7.30", "is it 12,50?"]),
        ("de", "Gibt's Essen und darf der Hund mit?", ["Gibt's Essen", "darf der Hund mit?"]),
        ("es", "¿Hay piscina y se puede fumar?", ["¿Hay piscina", "se puede fumar?"]),
        ("ar", "بكم الإفطار؟ وهل يوجد مسبح؟", ["بكم الإفطار", "وهل يوجد مسبح؟"]),
        ("zh", "几点早餐？停车要钱吗", ["几点早餐", "停车要钱吗"]),
        ("ja", "朝食は何時ですか。駐車場はありますか", ["朝食は何時ですか", "駐車場はありますか"]),
        ("en", "a room with bed and breakfast", ["a room with bed", "breakfast"]),
        ("en", "pool?", ["pool?"]),
        ("xx", "one & two things", ["one", "two things"]),
    ],
)  # fmt: skip
def test_parts_end_at_marks_and_at_the_words_for_and(
    language: str, text: str, parts: list[str]
) -> None:
    assert parts_of(text, language) == parts


@given(st.text(max_size=1000), st.sampled_from(["en", "de", "zh", "xx"]))
def test_no_letter_is_lost_and_there_are_never_too_many(text: str, language: str) -> None:
    parts = parts_of(text, language)
    assert 1 <= len(parts) <= MOST
    rest = text
    for part in parts:
        assert part in rest
        rest = rest[rest.index(part) + len(part) :]
