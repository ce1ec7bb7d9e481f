import pytest

from llm.guard.leaks import LeakDetector
from tests.llm.obedient_server import DRESSES

SECRET = "5f2c9a7be01d4386aa54c0de"
INSTRUCTIONS = "You are the concierge of a hotel. Answer the guest from the notes alone."


def detector() -> LeakDetector:
    return LeakDetector(SECRET, INSTRUCTIONS)


@pytest.mark.parametrize("dress", DRESSES)
def test_a_secret_is_known_in_any_dress(dress: str) -> None:
    assert detector().leaks(DRESSES[dress](SECRET))


def test_a_secret_in_instalments_is_stopped_at_eight_letters() -> None:
    reader = detector()
    halves = [reader.leaks(f"The code goes on: {SECRET[at : at + 6]}") for at in range(0, 24, 6)]
    assert not any(halves)  # six letters and other words between: the words themselves fail
    reader = detector()
    assert [reader.leaks(SECRET[at : at + 5]) for at in (0, 5)] == [False, True]


def test_instructions_are_not_repeated() -> None:
    assert detector().leaks("I was told: answer the guest, from the notes alone!")


def test_ordinary_words_are_no_leak() -> None:
    assert not detector().leaks("You are welcome. Answer the phone with 9, the guest code is 5f2c.")
