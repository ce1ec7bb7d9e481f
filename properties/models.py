"""The tenants: a property, who works there, and the doors through which its guests come."""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F
from django.urls import reverse

from properties import validators
from properties.answers import AnswerSettings
from properties.places import country_of


class Property(AnswerSettings):
    class Kind(models.TextChoices):
        HOTEL = "hotel", "Hotel"
        RESTAURANT = "restaurant", "Restaurant"

    slug = models.SlugField(max_length=80, unique=True, help_text="Its part of the guest's link.")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    time_zone = models.CharField(
        max_length=60, default="UTC", validators=[validators.time_zone], help_text="Europe/Vienna"
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[validators.country_code],
        help_text="How telephone numbers without a + are dialled. Empty: the time zone's country.",
    )
    currency = models.CharField(
        max_length=3, default="EUR", validators=[validators.currency_code], help_text="EUR"
    )
    language = models.CharField(
        max_length=2,
        default="en",
        validators=[validators.language_code],
        help_text="The language that your content is written in, for example en.",
    )
    languages = ArrayField(
        models.CharField(max_length=2, validators=[validators.language_code]),
        default=list,
        blank=True,
        help_text="Other languages that your guests write in, for example de,fr,it.",
    )
    contact_name = models.CharField(
        "staff contact", max_length=100, default="the front desk", help_text="the front desk"
    )
    contact_phone = models.CharField(
        max_length=40,
        blank=True,
        help_text="Shown as you write it. With your country's code, for example +43 512 5550-0, or "
        "an extension of the house.",
    )
    contact_email = models.EmailField(blank=True)
    content_version = models.PositiveBigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name_plural = "properties"
        ordering = ["name"]

    property_path = "pk"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """Answers name the property, its contact and its texts: what was cached no longer holds."""
        is_new = self.pk is None
        if not is_new:
            self.content_version = F("content_version") + 1
            if options.get("update_fields") is not None:
                options["update_fields"] = {*options["update_fields"], "content_version"}
        with transaction.atomic():  # what the content says of it changes with it or not at all
            super().save(*args, **options)
        if not is_new:
            self.refresh_from_db(fields=["content_version"])

    def get_absolute_url(self) -> str:
        return reverse("chat:page", args=[self.slug])

    @property
    def region(self) -> str:
        """The country (ISO 3166-1) where it stands; "" where neither it nor its zone says so."""
        return self.country or country_of(self.time_zone)

    @property
    def spoken_languages(self) -> list[str]:
        """The content's language first, then the others the property named."""
        return list(dict.fromkeys([self.language, *self.languages]))


class AnswerPage(Property):
    """The same row on a page of its own: how its guests are answered."""

    class Meta:
        proxy = True
        verbose_name = "answer settings"
        verbose_name_plural = "answers"


class Membership(models.Model):
    """A member of staff works for a property, in a role."""

    class Role(models.TextChoices):
        MANAGER = "manager", "Manager: content, settings, codes, sites and staff"
        EDITOR = "editor", "Editor: menus, FAQs and recommendations"

    property = models.ForeignKey(Property, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role, default=Role.EDITOR)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["property", "user"], name="one_role_a_property")
        ]

    property_path = "property"

    def __str__(self) -> str:
        return f"{self.user} at {self.property}"


def new_code() -> str:
    """72 random bits: nobody guesses the code of the next room."""
    return secrets.token_urlsafe(9)


class QRCode(models.Model):
    """A printed code that opens the chat and knows the room or table where it hangs."""

    property = models.ForeignKey(Property, models.CASCADE, related_name="qr_codes")
    code = models.CharField(max_length=20, unique=True, default=new_code, editable=False)
    place = models.CharField("room or table", max_length=80, help_text="Room 12, Table 4, Lobby")
    active = models.BooleanField(default=True, help_text="A code switched off opens nothing.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "QR code"
        ordering = ["property", "place"]
        constraints = [
            models.UniqueConstraint(fields=["property", "place"], name="one_code_a_place")
        ]

    property_path = "property"

    def __str__(self) -> str:
        return f"{self.place}, {self.property}"

    def get_absolute_url(self) -> str:
        return reverse("chat:scan", args=[self.code])

    def public_url(self) -> str:
        """What is printed: the whole address, as the guest's phone needs it."""
        return settings.PUBLIC_ADDRESS.link(self.get_absolute_url())


class WidgetSite(models.Model):
    """A website that may show the property's chat in a frame. All others are refused."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    property = models.ForeignKey(Property, models.CASCADE, related_name="widget_sites")
    origin = models.CharField(
        max_length=200,
        validators=[validators.web_origin],
        help_text="Scheme and host of the page, for example https://www.example.com",
    )

    class Meta:
        ordering = ["property", "origin"]
        constraints = [
            models.UniqueConstraint(fields=["property", "origin"], name="one_entry_a_site")
        ]

    property_path = "property"

    def __str__(self) -> str:
        return self.origin
