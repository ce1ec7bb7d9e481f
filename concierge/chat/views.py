"""The doors to the chat: a link, a printed code, a restaurant's own website."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path

from asgiref.sync import async_to_sync
from csp.constants import HEADER as CONTENT_SECURITY_POLICY
from csp.utils import build_policy
from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import get_script_prefix
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from concierge.answering import phrases
from concierge.chat import houses, pictures, protocol, tokens
from concierge.limits.doors import in_words, seconds_to_wait
from concierge.limits.sources import address_of
from concierge.patience import patience
from properties import phones
from properties.access import open_code, open_property, visible_to
from properties.contact import contact, contact_dials
from properties.models import Membership, Property, QRCode

OPENERS = {
    Property.Kind.HOTEL: [
        "What time is breakfast?",
        "When is check-out?",
        "How do I get on the Wi-Fi?",
        "What is worth seeing nearby?",
    ],
    Property.Kind.RESTAURANT: [
        "What can I eat as a vegetarian?",
        "What do you recommend?",
        "When are you open?",
        "Do I need to book a table?",
    ],
}
WIDGET_SCRIPT = Path(settings.BASE_DIR, "static", "widget.js")


def or_whom_to_call(door: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Where Postgres does not say whose door it is: a guest may be in danger behind it."""

    @wraps(door)
    def opened(request: HttpRequest, **where: str) -> HttpResponse:
        try:
            return door(request, **where)
        except houses.AWAY:
            context = {"emergency": phones.emergency_number()}
            response = render(request, "chat/away.html", context, status=503)
            response["Retry-After"] = "10"
            return response

    return opened


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    return render(request, "chat/landing.html")


@require_safe
@or_whom_to_call
def page(request: HttpRequest, property: str) -> HttpResponse:
    return _chat(request, houses.opened(property))


@require_safe
@or_whom_to_call
def scan(request: HttpRequest, code: str) -> HttpResponse:
    with patience(houses.READ_SECONDS):
        qr_code = open_code(code)
    return _chat(request, qr_code.property, qr_code=qr_code)


@require_safe
@xframe_options_exempt
@or_whom_to_call
def widget(request: HttpRequest, property: str) -> HttpResponse:
    framed = open_property(property)
    return _chat(request, framed, sites=list(framed.widget_sites.values_list("origin", flat=True)))


@never_cache  # The page carries its guest's token.
def _chat(
    request: HttpRequest,
    property: Property,
    *,
    qr_code: QRCode | None = None,
    sites: list[str] | None = None,
) -> HttpResponse:
    """`sites` are the origins that may frame the page; None outside of a frame."""
    seconds = async_to_sync(seconds_to_wait)(
        "page", code=qr_code and qr_code.pk, address=address_of(request)
    )
    if seconds:
        response = _come_back(request, property, seconds)
    else:
        response = _page(request, property, qr_code, sites)
    response[CONTENT_SECURITY_POLICY] = build_policy(
        replace={
            "frame-ancestors": sites or ["'none'"],
            "require-trusted-types-for": ["'script'"],
        }
    )
    # A code's address is as good as a key to its table: no other site gets to see it.
    response["Referrer-Policy"] = "same-origin"
    return response


def _page(
    request: HttpRequest, property: Property, qr_code: QRCode | None, sites: list[str] | None
) -> HttpResponse:
    context = {
        "property": property,
        "place": qr_code.place if qr_code else "",
        "dials": contact_dials(property),
        "openers": OPENERS[Property.Kind(property.kind)],
        "max_question": protocol.MAX_QUESTION,
        "framed": sites is not None,
        "settings": {
            "socket": f"{get_script_prefix()}ws/c/{property.slug}/",
            "subprotocol": protocol.SUBPROTOCOL,
            "token": tokens.issue(property.pk, qr_code.pk if qr_code else None),
            "sites": sites,
        },
    }
    return render(request, "chat/page.html", context)


def _come_back(request: HttpRequest, property: Property, seconds: int) -> HttpResponse:
    """For a guest whose code or address opens pages without end."""
    context = {
        "property": property,
        "contact": contact(property),
        "emergency": phrases.emergency_number(property),
        "wait": in_words(seconds),
    }
    response = render(request, "chat/busy.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


@require_safe
@cache_control(public=True, max_age=3600)
def widget_script(request: HttpRequest) -> HttpResponse:
    headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
    return HttpResponse(
        WIDGET_SCRIPT.read_bytes(), "text/javascript; charset=utf-8", headers=headers
    )


@require_safe
@staff_member_required
def qr_picture(request: HttpRequest, pk: str, kind: pictures.Kind) -> HttpResponse:
    codes = visible_to(request.user, QRCode.objects.all(), Membership.Role.MANAGER)
    qr_code = get_object_or_404(codes, pk=pk)
    filename = f"{slugify(qr_code.place) or 'code'}.{kind}"
    return HttpResponse(
        pictures.qr_picture(qr_code, kind),
        pictures.CONTENT_TYPES[kind],
        headers={"Content-Disposition": content_disposition_header(False, filename)},
    )
