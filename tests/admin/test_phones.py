"""Staff enter numbers as they write them, and read what guests' phones make of them."""

from django.test import Client

from properties.models import AnswerPage, Property
from tests.admin.pages import address, form_values


def save(office: Client, model: type[Property], house: Property, **values: str) -> str:
    url = address(model, "change", house.pk)
    page = office.post(url, {**form_values(office, url), **values}, follow=True)
    house.refresh_from_db()
    return page.content.decode()


def test_staff_are_told_what_is_wrong_with_a_number(office: Client, hotel: Property) -> None:
    page = save(office, Property, hotel, contact_phone="890 12 34", country="AT")
    assert "Its area code is missing" in page
    assert hotel.contact_phone == "+43 1 5550 100"


def test_staff_read_what_guests_phones_dial(office: Client, hotel: Property) -> None:
    page = save(office, Property, hotel, contact_phone="0512 5550-0", time_zone="Europe/Vienna")
    assert hotel.contact_phone == "0512 5550-0"
    assert "was changed successfully" in page
    url = address(Property, "change", hotel.pk)
    assert "dial +4351255500." in office.get(url).content.decode()


def test_another_country_reads_the_numbers_anew(office: Client, hotel: Property) -> None:
    Property.objects.filter(pk=hotel.pk).update(contact_phone="(212) 555-0100", country="US")
    page = save(office, Property, hotel, country="AT")
    assert "Its area code is missing" in page
    assert hotel.country == "US"


def test_an_old_number_does_not_keep_staff_from_saving_another_field(
    office: Client, hotel: Property
) -> None:
    Property.objects.filter(pk=hotel.pk).update(contact_phone="1 (old)", emergency_phone="1 (old)")
    save(office, Property, hotel, name="New name")
    save(office, AnswerPage, hotel, tone="brief")
    assert (hotel.name, hotel.tone, hotel.contact_phone) == ("New name", "brief", "1 (old)")
