from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models

from retrieval.models import Document, Embedded


class Recommendation(Embedded):
    """Something that the staff would send a guest to."""

    kind = "recommendation"
    word_weight = 0.05

    class Category(models.TextChoices):
        RESTAURANT = "restaurant", "Restaurant"
        BAR = "bar", "Bar or café"
        SIGHT = "sight", "Sight or museum"
        ACTIVITY = "activity", "Tour or activity"
        SHOP = "shop", "Shop"
        WELLNESS = "wellness", "Spa or wellness"
        TRANSPORT = "transport", "Transport"
        SERVICE = "service", "Doctor, bank or other service"

    class PriceLevel(models.IntegerChoices):
        FREE = 0, "Free"
        LOW = 1, "€"
        MIDDLE = 2, "€€"
        HIGH = 3, "€€€"

    name = models.CharField(max_length=160)
    category = models.CharField(max_length=20, choices=Category)
    place = models.CharField(max_length=200, blank=True, help_text="Its address or district.")
    distance_m = models.PositiveIntegerField(
        "distance in metres",
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(500_000)],
        help_text="On foot from your door.",
    )
    hours = models.CharField(max_length=200, blank=True, help_text="Tue–Sun 10:00–18:00")
    price_level = models.PositiveSmallIntegerField(choices=PriceLevel, null=True, blank=True)
    url = models.URLField(
        "website", blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    tip = models.TextField(blank=True, help_text="Why you send guests there, in your own words.")

    class Meta(Embedded.Meta):
        ordering = ["property", "category", "name"]

    def __str__(self) -> str:
        return self.name

    def distance_in_words(self) -> str:
        if self.distance_m is None:
            return ""
        if self.distance_m < 1000:
            return f"{self.distance_m} m"
        return f"{self.distance_m / 1000:.1f} km".replace(".0 ", " ")

    def to_document(self) -> Document:
        category = self.Category(self.category).label
        price = self.PriceLevel(self.price_level).label if self.price_level is not None else ""
        facts = [
            category,
            self.tip.rstrip("."),
            f"At {self.place}" if self.place else "",
            f"{self.distance_in_words()} from here" if self.distance_m is not None else "",
            f"Open {self.hours}" if self.hours else "",
            f"Price level {price}" if price else "",
        ]
        return Document(
            title=self.name,
            body=" ".join(f"{fact}." for fact in facts if fact),
            card={
                "kind": self.kind,
                "title": self.name,
                "text": self.tip,
                "category": category,
                "place": self.place,
                "distance": self.distance_in_words(),
                "hours": self.hours,
                "price": price,
                "url": self.url,
            },
        )
