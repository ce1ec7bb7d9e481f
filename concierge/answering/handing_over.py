"""When a person has to help: what the guest is told meanwhile, and what the staff learns."""

from concierge.answering import phrases
from concierge.answering.answer import Asked, Json, Said
from properties.contact import contact_dials
from properties.models import Property


async def to_staff(asked: Asked, reason: str, language: str, request: str | None = None) -> Said:
    """What the guest reads. That the staff was told is said only after it was."""
    handoff = contact_of(asked.property, reason, request)
    told = await tell(asked, handoff)
    if asked.is_part and reason == "unanswerable":
        text = phrases.nothing_about(asked.text, language)
    else:
        text = phrases.handoff(reason, language, asked.property, told=told)
    return Said(text, "handoff", reason, handoff=handoff)


async def tell(asked: Asked, handoff: Json) -> bool:
    return bool(asked.tell_staff and await asked.tell_staff(handoff))


def contact_of(house: Property, reason: str, request: str | None = None) -> Json:
    """The handoff itself is a field of the answer, never a mark in its text."""
    urgent = reason == phrases.DANGER
    handoff = {
        "reason": reason,
        "urgent": urgent,
        "name": house.contact_name,
        "phone": phrases.emergency_number(house) if urgent else house.contact_phone,
        "dials": phrases.emergency_dials(house) if urgent else contact_dials(house),
        "email": house.contact_email,
    }
    return handoff | {"request": {"type": request}} if request else handoff
