import pytest
from django.db.models import F

from properties.models import Property

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "values", [{"name": "New name"}, {"contact_phone": "1"}, {"tone": "brief"}]
)
def test_every_saved_change_raises_the_content_version(
    hotel: Property, values: dict[str, str]
) -> None:
    hotel.refresh_from_db()
    before = hotel.content_version
    for name, value in values.items():
        setattr(hotel, name, value)
    hotel.save()
    assert hotel.content_version > before


def test_a_save_does_not_take_back_what_others_raised(hotel: Property) -> None:
    Property.objects.filter(pk=hotel.pk).update(content_version=F("content_version") + 10)
    raised = Property.objects.get(pk=hotel.pk).content_version
    hotel.save()
    assert hotel.content_version == raised + 1


def test_saving_one_field_raises_it_too(hotel: Property) -> None:
    hotel.refresh_from_db()
    before = hotel.content_version
    hotel.tone = "formal"
    hotel.save(update_fields=["tone"])
    hotel.refresh_from_db()
    assert (hotel.tone, hotel.content_version) == ("formal", before + 1)
