"""A property's line may say whom its guests call in danger."""

import json

import pytest

from concierge.importing import BadLine, import_row, parse_line
from properties.models import Property

pytestmark = pytest.mark.django_db
LINE = {"id": "inn", "kind": "hotel", "name": "Inn"}


def imported(**values: object) -> Property:
    import_row(parse_line(json.dumps({**LINE, **values})))
    return Property.objects.get(slug="inn")


def test_the_emergency_contact_is_imported() -> None:
    property_ = imported(emergency={"phone": "+43 1 144", "text": "Leave by the stairs."})
    assert property_.emergency_phone == "+43 1 144"
    assert property_.emergency_text == "Leave by the stairs."


def test_a_line_without_one_leaves_it_alone() -> None:
    imported(emergency={"phone": "144"})
    assert imported(name="New Inn").emergency_phone == "144"


def test_a_number_that_cannot_be_called_is_refused() -> None:
    with pytest.raises(BadLine, match="emergency"):
        imported(emergency={"phone": "the porter"})
    assert not Property.objects.exists()
