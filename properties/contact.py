"""Whom guests are sent to."""

from collections.abc import Set

from properties.models import Property
from properties.phone_problems import emergency_problem, helpline_problem, problem
from properties.phones import dialled

PROBLEMS = {
    "contact_phone": problem,
    "emergency_phone": emergency_problem,
    "helpline_phone": helpline_problem,
}
COUNTRY = frozenset({"country", "time_zone"})
"""The fields of a property that its numbers are read by."""


def contact(property_: Property) -> str:
    """For example "the front desk (+43 1 234567, desk@example.com)"."""
    ways = ", ".join(way for way in (property_.contact_phone, property_.contact_email) if way)
    return f"{property_.contact_name} ({ways})" if ways else property_.contact_name


def contact_dials(property_: Property) -> str:
    """What a guest's phone dials for the contact; "" where it reaches nobody."""
    return dialled(property_.contact_phone, property_.region)


def phone_problems(property_: Property, changed: Set[str]) -> dict[str, str]:
    """What is wrong, by field, with numbers that `changed` or that another country may read anew.

    One that stays as it was is not asked for again: it is shown, whatever it is.
    """
    names = PROBLEMS.keys() if changed & COUNTRY else PROBLEMS.keys() & changed
    found = {
        name: PROBLEMS[name](written, property_.region)
        for name in names
        if (written := getattr(property_, name))
    }
    return {name: reason for name, reason in found.items() if reason}
