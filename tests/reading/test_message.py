"""What a message is, by the model that ships: dangers, wishes and small talk in everyday words.

The rows were written for these tests, and the heads have seen them; how well they find what they
have not seen is in docs/encoder.md.
"""

from pathlib import Path

import pytest

from encoder import Encoder, EncoderError
from reading import heads, message
from reading.message import Message, read

HERE = Path(__file__).parent


def table(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (HERE / name).read_text("utf-8").splitlines()]


def lines(name: str) -> list[str]:
    return (HERE / name).read_text("utf-8").splitlines()


NEARLY_ALL = 0.97


@pytest.fixture(scope="module")
def dangers() -> dict[str, Message]:
    return {text: read(text) for _, _, text in table("emergencies.tsv")}


def test_nearly_every_danger_is_found(dangers: dict[str, Message]) -> None:
    missed = [text for text, each in dangers.items() if each.danger is None]
    assert len(missed) <= (1 - NEARLY_ALL) * len(dangers), missed


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("the auld fella beside us has gone blue and he's clutching his chest", "medical"),
        ("I don't want to be here anymore, nobody would miss me", "self_harm"),
        ("her lips are swelling up since the satay", "allergic_reaction"),
        ("a man I don't know keeps trying my door handle", "threat"),
        ("we're stuck between floors and the lift button does nothing", "trapped"),
        ("il y a de la fumée qui sort de la prise", "fire"),
    ],
)
def test_danger_in_everyday_words_is_found_by_its_kind(text: str, danger: str) -> None:
    assert read(text).danger == danger


@pytest.mark.parametrize(
    "text",
    [
        "we ran out of toilet paper",
        "is the arrabbiata very spicy?",
        "the view is to die for",
        "where is the nearest pharmacy?",
        "my phone is dead, do you have a charger",
        "do the rooms have smoke detectors?",
    ],
)
def test_vivid_words_for_harmless_things_raise_no_alarm(text: str) -> None:
    assert read(text).danger is None


def test_harmless_messages_hardly_ever_alarm() -> None:
    texts = [*lines("harmless.txt"), *lines("plain_questions.txt")]
    alarmed = [text for text in texts if read(text).danger]
    assert len(alarmed) <= 0.02 * len(texts), alarmed


def test_most_wishes_are_understood() -> None:
    rows = table("wishes.tsv")
    found = [read(text).wish == wish for _, wish, text in rows]
    assert sum(found) >= 0.9 * len(rows)


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("Hallo!", "greeting"),
        ("¡Muchas gracias!", "thanks"),
        ("ok bye, see you next year", "bye"),
        ("are you a real person?", "identity"),
        ("what can you help me with?", "abilities"),
        ("parlez-vous français ?", "language"),
    ],
)
def test_small_talk_is_known_by_its_kind(text: str, talk: str) -> None:
    assert read(text).talk == talk


@pytest.mark.parametrize("text", ["hello, when is breakfast?", "Danke, wann gibt es Frühstück?"])
def test_a_greeted_question_is_a_question(text: str) -> None:
    assert read(text).talk is None


@pytest.mark.parametrize("text", ["", " ", "?!", "\0", "😀", "x" * 1000, "我" * 1000, "\ud800"])
def test_anything_a_guest_can_type_is_read(text: str) -> None:
    assert read(text).danger is None


def test_without_its_model_the_exact_phrases_still_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(message, "encoder", lambda: Encoder(tmp_path))
    assert read("There is a fire in my room!").danger == "fire"
    assert read("When is breakfast?").danger is None
    assert "exact phrases only" in caplog.text
    assert "breakfast" not in caplog.text


def test_heads_of_another_encoder_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads.Heads, "fitted_on", "another@123")
    heads.heads.cache_clear()
    with pytest.raises(EncoderError, match="another@123"):
        heads.heads()
    heads.heads.cache_clear()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("could we get two more towels in 312 please", "towels"),
        ("Bitte morgen um 6:30 wecken, Zimmer 14", "wake_up"),
        ("need a cab to the airport at 5am", "taxi"),
    ],
)
def test_a_request_is_told_from_a_question(text: str, wanted: str) -> None:
    assert (read(text).wish, read(text).request) == ("request", wanted)


@pytest.mark.parametrize(
    "text", ["how much is a taxi to the airport?", "do the rooms have kettles"]
)
def test_a_question_about_a_service_is_no_request(text: str) -> None:
    assert read(text).wish is None
