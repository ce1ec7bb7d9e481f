from typing import Any

from asgiref.sync import async_to_sync
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from concierge.limits.doors import seconds_to_wait
from concierge.limits.sources import address_of


class AddressThrottle(BaseThrottle):
    """By the address that the server saw. X-Forwarded-For says what a stranger likes: behind a
    proxy, uvicorn's forwarded_allow_ips puts the guest's own where this looks."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.seconds = async_to_sync(seconds_to_wait)("ask", address=address_of(request))
        return not self.seconds

    def wait(self) -> float:
        return self.seconds
