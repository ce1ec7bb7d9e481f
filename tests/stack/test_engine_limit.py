"""When an engine that dies is left alone, and when it may try again."""

from pathlib import Path

import pytest

from concierge.stack.engine_limit import DEATHS, EngineLimit
from llm.backends.card import Card, CardReader, clear_trouble, publish

CARD = Card("some-model", languages=None, max_answer_tokens=96)


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    return tmp_path / "engine.sock"


@pytest.fixture
def limit(socket: Path) -> EngineLimit:
    return EngineLimit(socket)


def test_the_third_death_without_an_answer_is_the_last(limit: EngineLimit, socket: Path) -> None:
    publish(CARD, socket)
    assert [limit.reached("killed by SIGSEGV") for _ in range(DEATHS - 1)] == ["", ""]
    sentence = limit.reached("killed by SIGSEGV")
    assert "died 3 times without an answer (killed by SIGSEGV)" in sentence
    assert ": run make engine " in sentence  # as text: the admin and the log show no markup
    assert CardReader(socket).card().trouble == sentence
    assert CardReader(socket).card().model_id == CARD.model_id  # the key of what is cached


def test_an_answer_in_between_counts_anew(limit: EngineLimit, socket: Path) -> None:
    for _ in range(DEATHS):
        publish(Card("some-model", None, 96, answered=True), socket)
        assert not limit.reached("killed by SIGKILL")


def test_an_answer_counts_once_where_later_engines_die_before_they_serve(
    limit: EngineLimit, socket: Path
) -> None:
    publish(Card("some-model", None, 96, answered=True), socket)
    reasons = [limit.reached("exit code 1") for _ in range(DEATHS)]
    assert [bool(each) for each in reasons] == [False, False, True]


def test_an_engine_that_never_had_a_card_is_left_alone_too(limit: EngineLimit) -> None:
    assert [bool(limit.reached("exit code 1")) for _ in range(DEATHS)] == [False, False, True]


def test_who_did_something_about_it_gets_three_more_tries(limit: EngineLimit, socket: Path) -> None:
    for _ in range(DEATHS):
        limit.reached("exit code 1")
    assert not limit.is_lifted()
    clear_trouble(socket)
    assert limit.is_lifted()
    assert [bool(limit.reached("exit code 1")) for _ in range(DEATHS)] == [False, False, True]
