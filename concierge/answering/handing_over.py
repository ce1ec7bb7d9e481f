"""When a person has to help: what the guest is told meanwhile, and what the staff learns."""

from concierge.answering.answer import Answer, Asked
from concierge.chat import phrases

URGENT = "safety"


def words(asked: Asked, answer: Answer, reason: str) -> str:
    """What the guest reads at once; the staff's own text where they wrote one."""
    call_staff(asked, answer, reason)
    answer.status = "complete"
    return phrases.handoff(reason, answer.language, asked.property)


def call_staff(asked: Asked, answer: Answer, reason: str) -> None:
    """The handoff itself is a field of the answer, never a mark in its text."""
    house = asked.property
    urgent = reason == URGENT
    answer.route, answer.reason = "handoff", reason
    answer.handoff = {
        "reason": reason,
        "urgent": urgent,
        "name": house.contact_name,
        "phone": phrases.emergency_number(house) if urgent else house.contact_phone,
        "email": house.contact_email,
    }
