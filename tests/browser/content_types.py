"""The web process outlives the tests, and after each of them Django numbers its models anew."""

from collections.abc import Callable

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]


def forget_numbers(get_response: View) -> View:
    def middleware(request: HttpRequest) -> HttpResponse:
        ContentType.objects.clear_cache()
        return get_response(request)

    return middleware
