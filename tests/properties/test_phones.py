"""Whatever way staff write a number, a guest's phone dials the right one."""

import json

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from concierge.answering.phrases import emergency_dials
from concierge.importing import BadLine, import_row, parse_line
from properties.contact import contact_dials
from properties.models import Property
from properties.phone_problems import emergency_problem, problem
from properties.phones import dialled
from properties.places import country_of

WHOLE = [
    # written, the country it is written in, what is dialled
    ("+43 (0)512 55 50-0", "", "+4351255500"),
    ("+43 (0)512 55 50-99", "DE", "+43512555099"),
    ("+43 (0)512/5550-99", "", "+43512555099"),
    ("0512 5550", "AT", "+435125550"),
    ("0043 512 5550", "AT", "+435125550"),
    ("0043 512 5550", "US", "+435125550"),
    ("00 43 (0)512 5550", "", "+435125550"),
    ("(+43) 512 5550", "", "+435125550"),
    ("+(43) 512 5550", "", "+435125550"),
    ("+43 1 144", "", "+431144"),
    ("tel:+43-512-5550", "", "+435125550"),
    ("\u202a+43 512 5550\u202c", "", "+435125550"),
    ("+43\t512\u00a05550", "", "+435125550"),
    ("＋４３ ５１２ ５５５０", "", "+435125550"),
    ("+٤٣ ٥١٢ ٥٥٥٠", "", "+435125550"),
    ("+४३ ५१२ ५५५०", "", "+435125550"),
    ("+43 512 5550 ext. 12", "", "+435125550,12"),
    ("+49(0)30/901820", "AT", "+4930901820"),
    ("+49 030 901820", "", "+4930901820"),
    ("+44 (0)20 7946 0000", "", "+442079460000"),
    ("+41 (0)44 668 18 00", "", "+41446681800"),
    ("+33 (0)1 42 68 53 00", "", "+33142685300"),
    ("+31(0)20 555 0100", "", "+31205550100"),
    ("+46 (0)8 123 456 78", "", "+46812345678"),
    ("+81 (0)3-1234-5678", "", "+81312345678"),
    ("03-1234-5678", "JP", "+81312345678"),
    ("+36 (06) 1 234 5678", "", "+3612345678"),
    ("06 1 234 5678", "HU", "+3612345678"),
    ("8 (495) 123-45-67", "RU", "+74951234567"),
    ("(212) 555-0100", "US", "+12125550100"),
    ("011 43 512 5550", "US", "+435125550"),
    ("1-800-FLOWERS", "US", "+18003569377"),
    ("1800 123 456", "AU", "+611800123456"),
    # In Italy the zero is dialled; in Spain and Denmark there never was one.
    ("+39 (0)6 1234567", "", "+39061234567"),
    ("+39 0471 555 018", "", "+390471555018"),
    ("+34 (0)91 555 0127", "", "+34915550127"),
    ("+45 (0)33 12 34 56", "", "+4533123456"),
    # Small countries have small numbers; a switchboard's may outgrow its country's plan.
    ("812345", "AD", "+376812345"),
    ("4567", "NU", "+6834567"),
    ("+44 1632 555 0118", "", "+4416325550118"),
]
SHORT = [
    ("112", "", "112"),
    ("144", "AT", "144"),
    ("1 44", "AT", "144"),
    ("999", "GB", "999"),
    ("116 117", "DE", "116117"),
    ("911", "AT", "911"),
]
EXTENSIONS = ["9", "0", "12", "100", "1234", "ext. 12", "Dial 0", "Durchwahl 12", "*9"]
WRONG = [
    ("the porter", "AT", "not one phone number"),
    ("+43 1 2345678 / +43 1 2345679", "", "not one phone number"),
    ("+43 1 2345678 or 2345679", "", "Only the number itself"),
    ("+43 512 5550 (24h)", "", "Only the number itself"),
    ("call 030 901820", "DE", "Only the number itself"),
    ("+999 123456", "", "No country has this code"),
    ("0512 5550", "", "country's code"),
    ("+431", "", "Digits are missing"),
    ("890 12 34", "AT", "area code is missing"),
    ("+43 144", "", "write 144 alone"),
    ("+43 512 5550 5550 5550 5550", "", "Too many digits"),
]


@pytest.mark.parametrize(("written", "region", "expected"), [*WHOLE, *SHORT])
def test_a_number_is_dialled_as_its_country_does_it(
    written: str, region: str, expected: str
) -> None:
    assert dialled(written, region) == expected
    assert problem(written, region) == emergency_problem(written, region) == ""


@pytest.mark.parametrize("written", EXTENSIONS)
def test_an_extension_is_for_reading_and_no_number_for_an_emergency(written: str) -> None:
    assert dialled(written, "AT") == ""
    assert problem(written, "AT") == ""
    assert "their own phones" in emergency_problem(written, "AT")


@pytest.mark.parametrize(("written", "region", "reason"), WRONG)
def test_what_cannot_be_dialled_is_refused_with_what_to_write(
    written: str, region: str, reason: str
) -> None:
    assert reason in problem(written, region)
    assert reason in emergency_problem(written, region)


@given(st.text(max_size=40), st.sampled_from(["", "AT", "US", "NU"]))
def test_no_text_breaks_a_page(written: str, region: str) -> None:
    assert dialled(written, region).strip("+,0123456789") == ""
    problem(written, region)
    emergency_problem(written, region)


@pytest.mark.parametrize(
    ("time_zone", "country"),
    [
        ("Europe/Vienna", "AT"),
        ("US/Eastern", "US"),
        ("Europe/Kyiv", "UA"),
        ("UTC", ""),
        ("CET", ""),
    ],
)
def test_the_time_zone_says_which_country_it_is(time_zone: str, country: str) -> None:
    assert country_of(time_zone) == country
    assert Property(time_zone=time_zone).region == country
    assert Property(time_zone=time_zone, country="LI").region == "LI"


def test_what_was_stored_before_is_dialled_as_well_as_it_can_be() -> None:
    house = Property(contact_phone="0512 5550", emergency_phone="+43 144")
    assert (contact_dials(house), emergency_dials(house)) == ("05125550", "144")
    house = Property(contact_phone="1", emergency_phone="9 (porter)", time_zone="Europe/Vienna")
    assert (contact_dials(house), emergency_dials(house)) == ("", "9")
    assert emergency_dials(Property()) == "112"


# --- Where numbers are entered ----------------------------------------------------------------


def test_the_page_dials_what_the_import_wrote(db: None, client: Client) -> None:
    line = {
        "id": "inn",
        "kind": "hotel",
        "name": "Inn",
        "time_zone": "Europe/Vienna",
        "contact": {"phone": "(0)512 55 50-0"},
        "emergency": {"phone": "144"},
    }
    import_row(parse_line(json.dumps(line)))
    page = client.get("/c/inn/").content.decode()
    assert 'href="tel:+4351255500"' in page
    assert "(0)512 55 50-0" in page


def test_an_import_says_which_number_is_wrong_and_leaves_all_as_it_was(db: None) -> None:
    line = {"id": "inn", "kind": "hotel", "name": "Inn", "contact": {"phone": "0512 5550"}}
    with pytest.raises(BadLine, match=r"contact\.phone: Write the country's code too"):
        import_row(parse_line(json.dumps(line)))
    assert not Property.objects.exists()
    import_row(parse_line(json.dumps({**line, "country": "AT"})))
    assert contact_dials(Property.objects.get()) == "+435125550"


def test_importing_an_old_number_again_changes_nothing(hotel: Property) -> None:
    Property.objects.filter(pk=hotel.pk).update(contact_phone="1 (old)")
    line = {"id": "lakeside", "kind": "hotel", "name": "New", "contact": {"phone": "1 (old)"}}
    import_row(parse_line(json.dumps(line)))
    hotel.refresh_from_db()
    assert (hotel.name, hotel.contact_phone) == ("New", "1 (old)")


@pytest.mark.parametrize("region", ["AT", "AU", "DE", "FR", "GB", "IT", "JP", "US", ""])
def test_no_short_number_breaks_what_is_shown(region: str) -> None:
    """ "00" and "001" are rooms' extensions, and read as the beginning of a number abroad."""
    short = [f"{number:0{length}}" for length in (1, 2, 3, 4) for number in range(10**length)]
    read = {
        dialled(each, region) for each in [*short[:1110], *(f"00{n}" for n in range(100)), "ext 00"]
    }
    assert all(each == "" or each.isdecimal() or each.startswith("+") for each in read)
