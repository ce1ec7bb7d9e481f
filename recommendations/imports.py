"""Recommendations of an import file.

{"id", "name", "category", "place"?, "distance_m"?, "hours"?, "price_level"?: 0 … 3, "url"?,
 "tip"?, "published"?}
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, field_serializer

from properties.models import Property
from recommendations.models import Recommendation
from retrieval.upsert import Tally, upsert

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=100)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class RecommendationRow(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    id: Identifier
    name: Name
    category: Recommendation.Category
    place: ShortText = ""
    distance_m: int | None = Field(default=None, ge=0, le=500_000)
    hours: ShortText = ""
    price_level: Recommendation.PriceLevel | None = None
    url: HttpUrl | None = None
    tip: str = Field(default="", max_length=20_000)
    published: bool = True

    @field_serializer("url")
    def url_as_text(self, url: HttpUrl | None) -> str:
        return str(url) if url else ""

    @field_serializer("category")
    def category_as_text(self, category: Recommendation.Category) -> str:
        return str(category)


def import_recommendations(property_: Property, rows: list[RecommendationRow]) -> Tally:
    return upsert(
        Recommendation,
        property_,
        {row.id: row.model_dump(exclude={"id"}, exclude_unset=True) for row in rows},
    )
