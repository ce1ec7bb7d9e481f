"""What is said in fixed sentences, in the guest's language; their words are in catalogue/.

That the staff was told is said in sentences of its own, and only once it is so.
"""

from concierge.answering.catalogue import sentences
from properties import phones
from properties.contact import contact
from properties.helplines import helpline
from properties.models import Property
from reading.message import Danger, Talk

DANGER = "safety"
HANDOFFS = {
    "unanswerable": ("unknown", "ask"),
    "safety": ("ask",),
    "asked_for": ("ask",),
    "complaint": ("sorry", "ask"),
    "request": ("ask",),
    "allergen_unknown": ("allergen_unknown",),
}
WHEN_TOLD = {
    "safety": ("alerted",),
    "asked_for": ("person",),
    "complaint": ("sorry", "told"),
    "request": ("told",),
}
"""What is said instead, once the staff has been told."""
OWN_TEXTS = {
    "safety": "emergency_text",
    "asked_for": "person_text",
    "complaint": "complaint_text",
}
"""The property's fields that take the place of a sentence, for guests who read its language."""

UNSPACED = frozenset({"ja", "zh"})
RIGHT_TO_LEFT = frozenset({"ar", "he"})
ISOLATE, END_ISOLATE = "\u2068", "\u2069"


def allergies(language: str, property_: Property) -> str:
    """Said with every dish: what the kitchen has not recorded is never called free."""
    return _say(("allergies",), language, property_)


def danger(language: str, property_: Property, which: Danger | None) -> str:
    """What a guest in danger reads before anything is tried: whom to call.

    Who thinks of harming themselves, or fears it of somebody, is met with care first, in no other
    words, and reads who listens.
    """
    if which == "self_harm":
        known = "self_harm" if helpline_number(property_) else "self_harm_unlisted"
        return _say((known,), language, property_)
    return _own_text(DANGER, language, property_) or _say(("danger",), language, property_)


def handoff(reason: str, language: str, property_: Property, *, told: bool) -> str:
    """What a guest reads who is handed to the staff, in `language`; `told`: they know of it.

    The property's own text stands where it wrote one and the guest reads its language. In danger
    it has been said before (`danger`), and this is what follows: nobody is promised help that was
    not called.
    """
    keys = HANDOFFS[reason]
    if told:
        keys = WHEN_TOLD.get(reason, keys)
    text = "" if reason == DANGER else _own_text(reason, language, property_)
    text = text or _say(keys, language, property_)
    promise = property_.handoff_text if language == property_.language else ""
    if reason == DANGER and not told:
        promise = ""
    return f"{text} {promise}" if promise else text


def joint(language: str) -> str:
    """What stands between two sentences."""
    return "" if language in UNSPACED else " "


def _own_text(reason: str, language: str, property_: Property) -> str:
    """What the property wrote for it, for guests who read its language; "" where it wrote none."""
    own = OWN_TEXTS.get(reason) if language == property_.language else None
    text: str = getattr(property_, own) if own else ""
    return text


def small_talk(kind: Talk, language: str, property_: Property) -> str:
    return _say((kind,), language, property_)


def only_in(written_in: str, language: str) -> str:
    """Said before words that the guest may not read: which language they are in.

    A language that nobody named in the catalogue goes by its code.
    """
    said = sentences(language)
    text: str = said["only_in"].format(language=said["languages"].get(written_in, written_in))
    return text


def nearest(language: str) -> str:
    """Said before words that may not answer what was asked."""
    text: str = sentences(language)["nearest"]
    return text


def otherwise(language: str, property_: Property) -> str:
    """Said behind them: who knows."""
    return _say(("otherwise",), language, property_)


def noted(language: str, property_: Property) -> str:
    return _say(("noted",), language, property_)


def nothing_about(part: str, language: str) -> str:
    """Of one of several questions, in the guest's own words."""
    text: str = sentences(language)["nothing_about"].replace("{part}", part)
    return text


def in_danger(language: str) -> str:
    """Asked back where it may be meant."""
    text: str = sentences(language)["in_danger"]
    return text


def yes_or_no(language: str) -> list[dict[str, str]]:
    """What a guest taps who was asked so."""
    said = sentences(language)
    return [
        {"type": "reply", "external_id": "", "title": said[key]}
        for key in ("yes_call", "no_danger")
    ]


def emergency_number(property_: Property) -> str:
    """The house's own, else the one that people know where it stands."""
    return property_.emergency_phone or phones.emergency_number(property_.region)


def helpline_number(property_: Property) -> str:
    """The house's own, else its country's; "" where we know of none."""
    return property_.helpline_phone or helpline(property_.region)


def emergency_dials(property_: Property) -> str:
    """Never nothing: also a number that we cannot place is dialled, as it was written."""
    number = emergency_number(property_)
    return phones.dialled(number, property_.region) or phones.keys(number)


def _say(keys: tuple[str, ...], language: str, property_: Property) -> str:
    said = sentences(language)
    text = joint(language).join(said[key] for key in keys)
    fill = _isolated if language in RIGHT_TO_LEFT else str
    return text.format(
        contact=fill(contact(property_)),
        emergency=fill(emergency_number(property_)),
        helpline=fill(helpline_number(property_)),
        house=fill(property_.name),
    )


def _isolated(text: str) -> str:
    """Or else "+43 1 144" between words that run from right to left is shown as "144 1 43+"."""
    return f"{ISOLATE}{text}{END_ISOLATE}"
