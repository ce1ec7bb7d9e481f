"""Who a guest is: the holder of a signed token that names one conversation of one property.

A page hands out a token without writing anything; the conversation's row is made with its first
answer. The token travels as a websocket subprotocol, because browsers set no headers there and
addresses end up in logs.
"""

import uuid
from dataclasses import dataclass

from django.core import signing

SALT = "concierge.guest"
MAX_AGE = 30 * 24 * 3600
"""Seconds. A stay is rarely longer, and an old phone must not open an old conversation."""


@dataclass(frozen=True)
class Guest:
    conversation: uuid.UUID
    property_id: int
    qr_code_id: int | None = None
    address: str = ""
    """Where this socket comes from, to count by. It is neither logged nor kept."""


def _signer() -> signing.TimestampSigner:
    # "." and not ":", which may not stand in a subprotocol's name.
    return signing.TimestampSigner(sep=".", salt=SALT)


def issue(property_id: int, qr_code_id: int | None = None) -> str:
    """A token for a new conversation."""
    return _signer().sign_object([uuid.uuid4().hex, property_id, qr_code_id])


def holder(token: str, address: str = "") -> Guest | None:
    """The guest who holds `token`, of whatever property; None if it is forged or expired."""
    try:
        conversation, property_id, qr_code_id = _signer().unsign_object(token, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError):
        return None
    return Guest(uuid.UUID(conversation), property_id, qr_code_id, address)


def read(token: str, property_id: int, address: str = "") -> Guest | None:
    """The same, and None if it is another property's."""
    guest = holder(token, address)
    return guest if guest and guest.property_id == property_id else None
