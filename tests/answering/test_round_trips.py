"""A question costs one round trip to Postgres, whichever way it is answered; danger costs none."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.backends.signals import connection_created

from concierge.answering.answer import Asked
from concierge.answering.pipeline import collect
from properties.models import Property

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What any thread sends to Postgres."""
    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        sent.append(sql)
        return execute(sql, *rest)

    def watch(connection: Any, **_: Any) -> None:
        if note not in connection.execute_wrappers:
            connection.execute_wrappers.append(note)

    connection_created.connect(watch)
    yield sent
    connection_created.disconnect(watch)


@pytest.mark.parametrize(
    ("text", "route", "trips"),
    [
        ("There is smoke in the corridor!", "handoff", 0),
        ("Can I speak to someone, please?", "handoff", 0),
        ("What time is breakfast?", "curated", 1),
        ("Who won the 1998 football world cup?", "handoff", 1),
        ("Which vegan mains do you have under 20 EUR?", "curated", 1),
        ("Is there celery in the lentil curry?", "handoff", 1),
    ],
)
async def test_one_question_is_one_round_trip(
    hotel: Property, statements: list[str], text: str, route: str, trips: int
) -> None:
    statements.clear()
    answer = await collect(Asked(hotel, text))
    assert (answer.route, len(statements)) == (route, trips)


async def test_a_cached_answer_is_one_small_round_trip(
    generated: Property, statements: list[str]
) -> None:
    await collect(Asked(generated, "What time is breakfast?"))
    statements.clear()
    answer = await collect(Asked(generated, "What time is breakfast?"))
    assert (answer.route, len(statements)) == ("cached", 1)
    assert "content_version" in statements[0]
