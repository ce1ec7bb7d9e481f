"""What is older than the history reaches back goes, however much it is."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import post_delete, pre_delete
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concierge.history import forgetting
from concierge.history.models import Change, RowChange

pytestmark = pytest.mark.django_db
ROWS = 5


def change_of(days: int) -> Change:
    change = Change.objects.create(
        at=timezone.now() - timedelta(days=days), origin=Change.Origin.IMPORT
    )
    RowChange.objects.bulk_create(
        RowChange(change=change, model="faq.faq", object_id=str(i), after={"answer": "long"})
        for i in range(ROWS)
    )
    return change


def test_what_is_older_goes_and_what_is_younger_stays(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    settings.HISTORY_DAYS = 30
    for _ in range(3):
        change_of(days=31)
    younger = change_of(days=29)
    assert forgetting.forget_old() == 3
    assert list(Change.objects.all()) == [younger]
    assert younger.rows.count() == RowChange.objects.count() == ROWS


def test_no_row_is_read_to_be_forgotten(settings: Any) -> None:
    settings.HISTORY_DAYS = 30
    change_of(days=31)
    with CaptureQueriesContext(connection) as queries:
        forgetting.forget_old()
    assert not [each["sql"] for each in queries if '"after"' in each["sql"]]


def test_what_listens_to_content_listens_to_nothing_else() -> None:
    """Django would fetch each row of any kind, to tell of it, before it is deleted."""
    assert not any(signal.has_listeners(RowChange) for signal in (pre_delete, post_delete))
