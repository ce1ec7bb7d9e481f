"""The address under which people open the product: what it is made of, and who can reach it.

Pure, because the settings are made from it: no Django, and no name is looked up.
"""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Literal
from urllib.parse import urlsplit

Reach = Literal["this machine", "the local network", "everywhere"]

A_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
A_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?")
DEFAULT_PORTS = {"http": 80, "https": 443}
LOCAL_NAMES = (".local", ".localdomain", ".internal", ".lan", ".home", ".home.arpa")
NOWHERE = {IPv4Address(0): "192.0.2.1", IPv6Address(0): "2001:db8::1"}
"""Listening on these is listening on all of the machine's own. With each an address that belongs
to nobody (RFC 5737, RFC 3849): towards it the machine would speak from the one others know."""


@dataclass(frozen=True)
class PublicAddress:
    """`host` as it stands in an address, with brackets around an IPv6 one; `path` begins with a
    slash and ends with none, or is empty."""

    scheme: str
    host: str
    port: int | None = None
    path: str = ""

    @property
    def origin(self) -> str:
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{self.host}{port}"

    @property
    def url(self) -> str:
        return self.origin + self.path

    @property
    def netloc(self) -> str:
        return self.origin.partition("://")[2]

    def link(self, path: str) -> str:
        """To what `reverse` found: its path begins with ours already."""
        return self.origin + path

    @property
    def reach(self) -> Reach:
        """From where a phone gets here, as far as the address alone tells."""
        known = as_ip(self.host)
        if known is None:
            return _reach_of_name(self.host.rstrip("."))
        if known.is_loopback or known.is_unspecified or known.is_link_local:
            return "this machine"
        return "the local network" if known.is_private else "everywhere"


def parse(url: str) -> PublicAddress:
    """Raises ValueError, with what to write instead."""
    try:
        parts = urlsplit(url.strip())
        host, port = bracketed(parts.hostname or ""), parts.port
    except ValueError:
        raise ValueError("Its port must be a number, and an IPv6 address stand in [ ].") from None
    if parts.scheme not in DEFAULT_PORTS or not host:
        raise ValueError("Must look like https://hotel.example.com or http://[2001:db8::1]:8000.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("Must be a scheme, a host, perhaps a port and a path, and nothing else.")
    path = parts.path.rstrip("/")
    if not A_PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise ValueError("Its path may have letters, digits and . _ ~ - between slashes.")
    is_default = port == DEFAULT_PORTS[parts.scheme]
    return PublicAddress(parts.scheme, host, None if is_default else port, path)


def listening_on(host: str, port: int) -> PublicAddress:
    """Where a server that listens there is opened, unless somebody says otherwise."""
    shown = bracketed(host.partition("%")[0])
    if (known := as_ip(host)) in NOWHERE:
        # Listening on "::" is listening on IPv4 as well, which more phones in a house speak.
        shown = bracketed(_own_address(IPv4Address(0)) or _own_address(known) or "localhost")
    return PublicAddress("http", shown, None if port == DEFAULT_PORTS["http"] else port)


def bracketed(host: str) -> str:
    """A host as it stands in an address. Raises ValueError for what is none."""
    known = as_ip(host)
    if known is not None:
        return f"[{known}]" if isinstance(known, IPv6Address) else str(known)
    name = host.encode("idna").decode().lower()
    if name and not A_HOST.fullmatch(name):
        raise ValueError(f"{host} is no host.")
    return name


def as_ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _reach_of_name(name: str) -> Reach:
    if name == "localhost" or name.endswith(".localhost"):
        return "this machine"
    return "the local network" if "." not in name or name.endswith(LOCAL_NAMES) else "everywhere"


def _own_address(unspecified: IPv4Address | IPv6Address) -> str | None:
    """The machine's own in its network, or None where it is in none. Nothing is sent."""
    family = socket.AF_INET6 if unspecified.version == 6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        try:
            line.connect((NOWHERE[unspecified], 9))
            return str(line.getsockname()[0])
        except OSError:
            return None
