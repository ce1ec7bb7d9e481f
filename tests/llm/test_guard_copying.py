import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.guard import Guard
from llm.guard.copying import SENTENCE, CopyGuard
from tests.llm.guarded import written

PETS = "Dogs are welcome for 12 EUR per night. They may not enter the spa. Cats are not allowed."
BREAKFAST = "Breakfast costs 19 EUR per person. Children under 6 eat for free."


async def say(source: str, *pieces: str) -> tuple[str, bool]:
    guard = CopyGuard(source)
    text = "".join([word async for word in guard.follow(written(*pieces))])
    return text, guard.deviated


async def test_a_copied_sentence_is_said_as_it_comes() -> None:
    assert await say(PETS, "Dogs are wel", "come for 12", " EUR per night.") == (
        "Dogs are welcome for 12 EUR per night.",
        False,
    )


async def test_a_model_may_choose_a_later_sentence() -> None:
    assert await say(PETS, "Cats are not allowed.") == ("Cats are not allowed.", False)


@pytest.mark.parametrize(
    ("source", "bent", "said"),
    [
        (BREAKFAST, "Breakfast is free. Children under 6 eat for free.", BREAKFAST),
        (BREAKFAST, "Breakfast costs 21 EUR per person.", BREAKFAST),
        (BREAKFAST, "No, you can't.", BREAKFAST),
        (PETS, "Dogs are welcome for 12 EUR per night. Dogs are not allowed.", PETS),
        (
            PETS,
            "Cats are allowed.",
            "Cats are not allowed. Dogs are welcome for 12 EUR per night. "
            "They may not enter the spa.",
        ),
        (PETS, "", PETS),
    ],
)
async def test_a_bent_sentence_is_finished_in_the_sources_words(
    source: str, bent: str, said: str
) -> None:
    assert (await say(source, bent))[0] == said


async def test_a_sentence_that_breaks_off_is_completed() -> None:
    assert (await say(PETS, "They may"))[0] == "They may not enter the spa."


async def test_prices_times_and_abbreviations_do_not_end_a_sentence() -> None:
    text = "Charging costs 0.45 EUR per kWh from 7 a.m. on. Ask Mr. Hill."
    assert SENTENCE.findall(text)[0] == "Charging costs 0.45 EUR per kWh from 7 a.m. on."


@given(st.lists(st.sampled_from([*PETS.split(), "No,", "free", "13", "Cats", "They"])))
async def test_whatever_a_model_says_only_whole_sentences_of_the_source_come_out(
    words: list[str],
) -> None:
    text, _ = await say(PETS, " ".join(words))
    rest = text
    for sentence in SENTENCE.findall(PETS):
        rest = rest.replace(sentence, "", 1)
    assert text
    assert not rest.strip()


async def test_it_counts_like_every_guard() -> None:
    guard: Guard = CopyGuard(PETS)
    said = written("Cats are not allowed. Dogs are not allowed.")
    _ = [word async for word in guard.follow(said)]
    assert (guard.checked, guard.replaced) == (2, 1)
    assert (guard.failures, guard.used, guard.said_unknown) == (["deviation"], [0], False)
