"""When a person has to help: what the guest is told meanwhile, and what the staff learns."""

from collections.abc import AsyncGenerator

from concierge.answering import phrases
from concierge.answering.answer import Answer, Asked
from properties.contact import contact_dials


async def words(asked: Asked, answer: Answer, reason: str) -> AsyncGenerator[str, None]:
    """What the guest reads: in danger whom to call before anybody else is told, and that the staff
    was told only after it was."""
    answer.route, answer.reason = "handoff", reason
    call_staff(asked, answer, reason)
    if reason == phrases.DANGER:
        yield phrases.danger(answer.language, asked.property, answer.trace.get("danger"))
    told = bool(asked.tell_staff and answer.handoff and await asked.tell_staff(answer.handoff))
    answer.status = "complete"
    said = phrases.handoff(reason, answer.language, asked.property, told=told)
    yield f"{phrases.joint(answer.language)}{said}" if reason == phrases.DANGER else said


def call_staff(asked: Asked, answer: Answer, reason: str) -> None:
    """The handoff itself is a field of the answer, never a mark in its text."""
    house = asked.property
    urgent = reason == phrases.DANGER
    answer.handoff = {
        "reason": reason,
        "urgent": urgent,
        "name": house.contact_name,
        "phone": phrases.emergency_number(house) if urgent else house.contact_phone,
        "dials": phrases.emergency_dials(house) if urgent else contact_dials(house),
        "email": house.contact_email,
    }
