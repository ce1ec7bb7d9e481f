"""Each POST of the staff is one change; whoever made it is offered to undo it."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse

from concierge.history.access import visible_rows
from concierge.history.changing import changing
from concierge.history.models import Change
from concierge.history.words import sentences

View = Callable[..., HttpResponseBase]


def kept(view: View) -> View:
    """The admin's `view`, done whole or not at all, and kept with who did it and where."""

    @wraps(view)
    def keeping(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return view(request, *args, **options)
        origin, detail = _where(request)
        with changing(origin, by=request.user.pk, detail=detail) as change:
            response = view(request, *args, **options)
        offer_undo(request, change)
        return response

    return keeping


def _where(request: HttpRequest) -> tuple[Change.Origin, str]:
    """What the list calls an action stands in its POST; every other page is known by its path."""
    if action := request.POST.get("action"):
        return Change.Origin.ACTION, action.replace("_", " ")
    return Change.Origin.PAGE, request.path


def offer_undo(request: HttpRequest, key: uuid.UUID) -> None:
    rows = visible_rows(request.user).filter(change=key)
    change = Change.objects.filter(pk=key).first()
    said = sentences(rows, [change]).get(key) if change else None
    if said:
        link = reverse("admin:history_change_undo", args=[key])
        message = render_to_string("history/undo_message.html", {"said": said, "link": link})
        messages.info(request, message)
