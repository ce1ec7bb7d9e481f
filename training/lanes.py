"""What a message can be, and what the desk's questions say of it."""

from reading.message import DANGERS, REQUEST, TALK
from training.desk import Message, Question

REQUESTS = (
    "amenity", "bill", "booking", "cancel", "change", "housekeeping", "late_checkout", "lost_item",
    "luggage", "other", "repair", "room_service", "taxi", "towels", "wake_up",
)  # fmt: skip
HARMLESS = "harmless"
LANES = (
    *DANGERS,
    "complaint",
    "person",
    "stated_need",
    "menu",
    "question",
    *TALK,
    "other",
    *(f"{REQUEST}{each}" for each in REQUESTS),
)

GROUPS = {
    "danger": DANGERS,
    "person": ("person",),
    "complaint": ("complaint",),
    "request": tuple(f"{REQUEST}{each}" for each in REQUESTS),
    "talk": TALK,
    "need": ("stated_need",),
    "doubt": DANGERS,
}
"""What reading/message.py tells apart."""

UNSORTED = "unsorted"
"""The style of questions that may be requests: their writers did not tell the two apart."""
TRAITS = {"leans": "follow-up", "several": "two-part"}
"""What a message may be beside its kind, and the style of the desk's questions that says so."""


def lanes_of(question: Question) -> tuple[str, ...]:
    """The lane of a question's kind; of a danger the desk does not say which it is."""
    gold = question.gold
    match question.kind:
        case "answer" if UNSORTED in question.style:
            return ("question", *GROUPS["request"])
        case "answer" | "none":
            return ("question",)
        case "menu" | "allergen":
            return ("menu",)
        case "request":
            return (f"{REQUEST}{gold['type']}",)
        case "talk":
            return (gold["about"],)
    reasons = {"safety": DANGERS, "complaint": ("complaint",), "asked_for": ("person",)}
    return reasons[gold["reason"]]


def lanes_of_message(message: Message) -> tuple[str, ...]:
    """What only has to be harmless may be anything but a danger."""
    if message.lane == HARMLESS:
        return tuple(lane for lane in LANES if lane not in DANGERS)
    return (message.lane,)
