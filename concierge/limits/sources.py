"""Who knocks. Valkey holds neither an address nor a name: a key is a keyed hash of them."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

SALT = "concierge.limits"
ONE_HOUSEHOLD = 64
"""Bits of an IPv6 address that a network's owner does not choose: the rest changes at will."""


def address_of(request: HttpRequest) -> str:
    """Empty where a server that listens on a Unix socket was not told whom its proxy serves."""
    return request.META.get("REMOTE_ADDR", "")


def household(address: str) -> str:
    """One name for whoever can speak from `address`; what is no address counts as it stands."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, ONE_HOUSEHOLD), strict=False))
    return str(parsed)


def key(door: str, source: str, who: object) -> str:
    if source == "address":
        who = household(str(who))
    digest = salted_hmac(SALT, f"{door} {source} {who}", algorithm="sha256").hexdigest()
    return f"limit:{digest[:32]}"
