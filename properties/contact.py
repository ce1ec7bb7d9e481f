"""Whom guests are sent to."""

from properties.models import Property


def contact(property_: Property) -> str:
    """For example "the front desk (+43 1 234567, desk@example.com)"."""
    ways = ", ".join(way for way in (property_.contact_phone, property_.contact_email) if way)
    return f"{property_.contact_name} ({ways})" if ways else property_.contact_name
