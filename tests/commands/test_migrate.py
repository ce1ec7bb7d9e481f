"""A migration has the time that it needs, and nothing else has."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from concierge import patience

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = 0.3  # seconds; the slow migration needs one


def execute(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


@pytest.fixture(params=["the server's", "ours"])
def short_limit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if request.param == "ours":
        monkeypatch.setattr(patience, "LONGEST_WAIT", SHORT)
    else:
        execute(f"SET statement_timeout = '{SHORT}s'")
    yield
    monkeypatch.undo()
    execute("RESET statement_timeout")


@pytest.fixture
def slow_migration(settings: Any) -> Iterator[None]:
    settings.MIGRATION_MODULES = {"concierge": "tests.commands.slow_migrations"}
    yield
    call_command("migrate", "concierge", "zero", verbosity=0)


@pytest.mark.usefixtures("short_limit", "slow_migration")
def test_no_limit_ends_a_migration() -> None:
    call_command("migrate", "concierge", verbosity=0)
    assert execute("SELECT count(*) FROM django_migrations WHERE app = 'concierge'") == (1,)


@pytest.mark.usefixtures("short_limit")
def test_a_limit_ends_any_other_statement() -> None:
    with pytest.raises(OperationalError):
        execute("SELECT pg_sleep(1)")
    connection.close()


@pytest.mark.usefixtures("slow_migration")
def test_what_follows_a_migration_has_its_limit_again(monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("migrate", "concierge", verbosity=0)
    assert execute("SHOW statement_timeout") == (f"{patience.STATEMENT_SECONDS}s",)
    monkeypatch.setattr(patience, "LONGEST_WAIT", SHORT)
    with pytest.raises(OperationalError):
        execute("SELECT pg_sleep(1)")
    monkeypatch.undo()
    connection.close()
