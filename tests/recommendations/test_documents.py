"""How places read to a guest."""

import pytest

from properties.models import Property
from recommendations.models import Recommendation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("metres", "words"), [(None, ""), (350, "350 m"), (1000, "1 km"), (1850, "1.9 km")]
)
def test_a_place_says_how_far_it_is(hotel: Property, metres: int | None, words: str) -> None:
    place = Recommendation(property=hotel, name="Pier", category="sight", distance_m=metres)
    assert place.distance_in_words() == words


def test_a_place_reads_with_all_that_staff_know(hotel: Property) -> None:
    place = Recommendation.objects.create(
        property=hotel,
        name="Castle museum",
        category="sight",
        place="Castle Hill 1",
        distance_m=1800,
        hours="Tue–Sun 9:00–17:00",
        price_level=2,
        tip="Closed on Mondays.",
    )
    assert place.document_body == (
        "Sight or museum. Closed on Mondays. At Castle Hill 1. 1.8 km from here. "
        "Open Tue–Sun 9:00–17:00. Price level €€."
    )
