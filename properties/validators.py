import zoneinfo
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from phonenumbers import SUPPORTED_REGIONS

currency_code = RegexValidator(r"^[A-Z]{3}$", "Three capital letters, for example EUR.")
language_code = RegexValidator(r"^[a-z]{2}$", "Two small letters, for example en.")


def country_code(value: str) -> None:
    if value not in SUPPORTED_REGIONS:
        raise ValidationError("The two letters of a country, for example AT.")


def time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError("Not a time zone. For example Europe/Vienna.")


def web_origin(value: str) -> None:
    """`https://www.example.com`: what a browser sends as Origin, nothing behind the host."""
    parts = urlsplit(value)
    bare = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in {"http", "https"} or not parts.hostname or value != bare:
        raise ValidationError("Scheme and host only, for example https://www.example.com.")
    if "*" in value or any(character in value for character in " ;,'\""):
        raise ValidationError("One exact site, without wildcards.")
