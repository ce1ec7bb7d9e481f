from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection

from concierge.history.access import visible_rows
from concierge.history.changing import SETTING
from concierge.history.models import Change
from concierge.history.restoring import undo
from concierge.history.steps import Step, effects_of
from properties.models import Property
from tests.admin.conftest import *  # noqa: F403  browsers of the staff, furnished hotels

Undo = Callable[..., list[Step]]


def begin_afresh() -> None:
    """What was written until now is no part of the history, nor of a change that goes on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, '', true)", [SETTING])
    Change.objects.all().delete()


@pytest.fixture
def afresh(hotel: Property, staff: User) -> Property:
    begin_afresh()
    return hotel


@pytest.fixture
def take_back(staff: User) -> Undo:
    """Undo a change (the last one, if none is named), as the hotel's manager."""

    def taken_back(
        change: Change | None = None, by: User = staff, over: bool = False
    ) -> list[Step]:
        chosen = change or Change.objects.latest("at")
        rows = visible_rows(by).filter(change=chosen)
        return undo(effects_of(rows), by, over=over, undoes=chosen.pk)[1]

    return taken_back
