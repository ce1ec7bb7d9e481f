"""Whom a guest calls who thinks of suicide: by country, or the house's own."""

import json

import pytest
from phonenumbers import SUPPORTED_REGIONS

from concierge.importing import BadLine, import_row, parse_line
from properties.helplines import BY_COUNTRY, helpline
from properties.models import Property
from properties.phone_problems import helpline_problem

LINE = {"id": "inn", "kind": "hotel", "name": "Inn", "country": "NL"}


def imported(**values: object) -> Property:
    import_row(parse_line(json.dumps({**LINE, **values})))
    return Property.objects.get(slug="inn")


@pytest.mark.parametrize(("region", "number"), BY_COUNTRY.items())
def test_every_countrys_line_could_be_entered_by_a_house_there(region: str, number: str) -> None:
    assert region in SUPPORTED_REGIONS
    assert helpline_problem(number, region) == ""


@pytest.mark.parametrize("region", ["", "DK", "ZZ"])
def test_no_number_is_made_up(region: str) -> None:
    assert helpline(region) == ""


@pytest.mark.parametrize("written", ["9", "12", "ext. 12", "ext. 1234", "*9", "the porter"])
def test_what_rings_in_the_house_only_is_no_helpline(written: str) -> None:
    assert helpline_problem(written, "AT")


@pytest.mark.django_db
class TestImport:
    def test_a_line_may_name_the_helpline(self) -> None:
        assert imported(helpline={"phone": "0800 0113"}).helpline_phone == "0800 0113"

    def test_a_line_without_one_leaves_it_alone(self) -> None:
        imported(helpline={"phone": "113"})
        assert imported(emergency={"phone": "112"}).helpline_phone == "113"

    def test_a_number_that_cannot_be_called_is_refused(self) -> None:
        with pytest.raises(BadLine, match=r"helpline\.phone: This is not one phone number"):
            imported(helpline={"phone": "the porter"})
        assert not Property.objects.exists()
