"""The staff's pages speak the person's language and show their property's clock.

Guests' pages and the API are left alone: their words are not translated here, and a browser that
prefers German must not get half a page in it.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from properties.clocks import clock_of


class StaffLocaleMiddleware(MiddlewareMixin):
    """After AuthenticationMiddleware: whose property it is says what time it is."""

    def process_request(self, request: HttpRequest) -> None:
        if is_for_staff(request):
            translation.activate(translation.get_language_from_request(request))
            timezone.activate(clock_of(request).time_zone)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if is_for_staff(request):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            response.headers.setdefault("Content-Language", translation.get_language())
            translation.deactivate()
            timezone.deactivate()
        return response


def is_for_staff(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))
