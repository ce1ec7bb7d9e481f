from datetime import timedelta

import pytest
from django.utils import timezone

from concierge.chat import tokens


def test_a_token_names_its_conversation_and_place() -> None:
    guest = tokens.read(tokens.issue(7, qr_code_id=3), 7)
    assert guest is not None
    assert (guest.property_id, guest.qr_code_id) == (7, 3)


def test_every_token_opens_a_conversation_of_its_own() -> None:
    first, second = tokens.read(tokens.issue(7), 7), tokens.read(tokens.issue(7), 7)
    assert first is not None
    assert second is not None
    assert first.conversation != second.conversation


def test_a_token_of_another_property_opens_nothing() -> None:
    assert tokens.read(tokens.issue(7), 8) is None


@pytest.mark.parametrize("forged", ["", "concierge.v1", "a.b.c", "x" * 5000])
def test_a_forged_token_opens_nothing(forged: str) -> None:
    assert tokens.read(forged, 7) is None


def test_a_changed_token_opens_nothing() -> None:
    token = tokens.issue(7)
    assert tokens.read(token[:-1] + ("A" if token[-1] != "A" else "B"), 7) is None


def test_an_old_token_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.issue(7)
    later = timezone.now() + timedelta(seconds=tokens.MAX_AGE + 60)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    assert tokens.read(token, 7) is None


def test_a_token_may_stand_in_a_subprotocol_header() -> None:
    separators = set('()<>@,;:\\"/[]?={} \t')
    assert not separators & set(tokens.issue(7, qr_code_id=1))
