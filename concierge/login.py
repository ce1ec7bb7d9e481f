"""The staff's door: whoever tries password after password has to wait.

Counted is a user name from one address, so that nobody elsewhere locks its owner out, and the
address, so that nobody tries one password for many names. A browser that signed in before counts
for itself: a guest in the house's own network cannot lock out the front desk either
(OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
"""

from typing import Any
from uuid import uuid4

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from unfold.forms import AuthenticationForm

from concierge.limits.doors import in_words, seconds_to_wait, welcome
from concierge.limits.sources import address_of, household, key

COOKIE = "concierge_device"
SALT = "concierge.device"
A_YEAR = 365 * 24 * 3600


class LoginForm(AuthenticationForm):
    held_for = 0
    """Seconds that this knock has to wait."""

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if not name:
            return super().clean()
        who = _who(self.request, name)
        self.held_for = async_to_sync(seconds_to_wait)("login", **who)
        if self.held_for:
            wait = in_words(self.held_for)
            raise ValidationError(f"Too many wrong passwords. Please try again in {wait}.")
        signed_in = super().clean()
        # The address keeps what it has taken: one good password is no leave to guess others'.
        async_to_sync(welcome)("login", name=who["name"])
        return signed_in


def answered(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer to a try: the browser that signed in is known from now on."""
    form = getattr(response, "context_data", {}).get("form")
    if seconds := getattr(form, "held_for", 0):
        response.status_code = 429
        response["Retry-After"] = str(seconds)
    elif isinstance(response, HttpResponseRedirect) and request.method == "POST":
        response.set_signed_cookie(
            COOKIE,
            f"{uuid4().hex} {_owner(request.user.get_username())}",
            SALT,
            max_age=A_YEAR,
            path=settings.SESSION_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _who(request: HttpRequest, name: str) -> dict[str, str]:
    device = request.get_signed_cookie(COOKIE, "", SALT, max_age=A_YEAR) or ""
    if device.partition(" ")[2] == _owner(name):
        return {"name": device}
    address = address_of(request)
    return {"name": f"{name.casefold()} {household(address)}", "address": address}


def _owner(name: str) -> str:
    """Whose browser it is, in letters that a cookie may have and that name nobody."""
    return key("device", "name", name.casefold())
