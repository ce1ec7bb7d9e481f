"""What looks for forgotten rows reads those, and not all that is in order."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from faq.models import Faq
from properties.models import Property
from retrieval import indexing, outbox
from retrieval.models import Lane, OutboxEntry
from retrieval.registry import content_models
from tests.retrieval.many import many_faqs

pytestmark = pytest.mark.django_db
ROWS = 20_000
FORGOTTEN = 3


@pytest.fixture
def crowded(hotel: Property) -> Property:
    """A hotel with very many FAQs in order, and three that were forgotten."""
    many_faqs(hotel, ROWS, waiting=False)
    first, second, third = Faq.objects.filter(property=hotel).values_list("pk", flat=True)[:3]
    Faq._base_manager.filter(pk__in=[first, second]).update(embedded_hash="of an older text")
    Faq._base_manager.filter(pk=third).update(embedded_with="another model")
    return hotel


def rows_read(rows: models.QuerySet[Any]) -> int:
    """Live rows by every node of the plan that reads the table; dead ones of other tests aside."""

    def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield plan
        for child in plan.get("Plans", ()):
            yield from nodes(child)

    (plan,) = json.loads(rows.explain(format="json", analyze=True))
    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in nodes(plan["Plan"])
        if node.get("Relation Name") == "faq_faq"
    )


def test_of_twenty_thousand_rows_only_the_forgotten_are_read_and_queued(
    crowded: Property,
) -> None:
    assert rows_read(indexing.missed(Faq).order_by()) < 10 * FORGOTTEN
    with CaptureQueriesContext(connection) as queries:
        assert outbox.record_missed() == FORGOTTEN
    assert len(queries) <= 8 * len(content_models())
    assert all(query["sql"].count("embedded_with") < 10 for query in queries)
    assert outbox.record_missed() == 0
    assert set(OutboxEntry.objects.values_list("lane", flat=True)) == {Lane.BULK}
