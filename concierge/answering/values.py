"""The two probabilities that decide whether content answers, as a property set them or not."""

from typing import NamedTuple

from properties.models import Property
from retrieval import ranking


class Values(NamedTuple):
    """Of how likely a source answers: from `floor` it may, from `sure` it does alone."""

    floor: float
    sure: float


def effective(floor: float | None, sure: float | None) -> Values:
    """What staff left empty follows the product."""
    return Values(
        floor=ranking.FLOOR if floor is None else floor,
        sure=ranking.SURE if sure is None else sure,
    )


def values_of(property_: Property) -> Values:
    return effective(property_.floor, property_.sure)
